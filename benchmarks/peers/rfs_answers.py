"""What rfs answered, as the checks read it."""

import numpy as np
import pyarrow as pa


def of_arrow(table):
    """Returns whether each row of a table of results is eligible, and its cents; what is refused or open has -1."""
    eligible = table["funding_status"].cast(pa.string()).to_numpy() == "eligible"
    amount = table["funding_amount"].cast(pa.decimal128(18, 2)).combine_chunks()
    # The low half of each 128 bits holds cents.
    cents = np.frombuffer(amount.buffers()[1], "<i8")[::2][amount.offset:amount.offset + len(amount)]
    return eligible, np.where(amount.is_null().to_numpy(zero_copy_only=False), -1, cents)

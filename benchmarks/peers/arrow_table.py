"""The applicants as an Arrow table, under the names of the rule file."""

import pyarrow as pa
from applicants import OFFICES, PLANS


def arrow_table(applicants, decimal=pa.decimal64):
    """Returns dictionaries of text, date32, and amounts in decimal64 or another decimal type of 18 digits."""
    def words(places, options):
        return pa.DictionaryArray.from_arrays(pa.array(places), pa.array(list(options)))

    def money(cents):
        exact = pa.Array.from_buffers(pa.decimal64(18, 2), len(cents), [None, pa.py_buffer(cents)])
        return exact.cast(decimal(18, 2))

    return pa.table({"office": words(applicants.office, OFFICES),
                     "on_ballot_since": pa.array(applicants.since, pa.date32()),
                     "raised": money(applicants.raised), "plan": words(applicants.plan, PLANS),
                     "requested": money(applicants.requested)})

"""Tables leave nothing behind: over many calls, whether they are decided, refused, or given up halfway."""

import gc

import pyarrow as pa
import pytest
from memory import resident

import rfs

AS_OF = "2017-06-24"
CALLS = 100_000
ROOM = 4 << 20  # bytes; a leak of 42 bytes a call passes them


def test_no_leak(funding):
    columns = {"office": ["pta", "mayor"], "on_ballot_since": ["2017-04-24", None], "raised": [30.0, 0.1 + 0.2],
               "plan": ["none", "draft"], "requested": [500, 20]}
    table = pa.table({**columns, "office": pa.array(columns["office"]).dictionary_encode()})
    wrong = table.drop_columns(["raised"])

    def decided():
        assert funding.evaluate_table(table, as_of=AS_OF, output=["unmet", "needed"], append=True, threads=1).refused == 1

    def refused():
        with pytest.raises(rfs.RuleError):
            funding.evaluate_table(wrong, as_of=AS_OF)

    def given_up():
        funding.evaluate_table(table.to_reader(max_chunksize=1), as_of=AS_OF, threads=1).frame.read_next_batch()

    def run(calls):
        for at in range(calls):
            (decided, refused, given_up)[at % 10 if at % 10 < 2 else 2 if at % 10 == 2 else 0]()
        gc.collect()

    run(CALLS // 10)
    before, held = resident(), pa.total_allocated_bytes()
    run(CALLS)
    assert pa.total_allocated_bytes() == held
    assert resident() - before < ROOM

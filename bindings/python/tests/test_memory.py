"""Nothing is left behind by many calls, whether applicants and tables are decided, refused, or given up halfway."""

import gc
import multiprocessing
import pickle

import psutil
import pyarrow as pa
import pytest
from conftest import FUNDING

import rfs

AS_OF = "2017-06-24"
CALLS = 100_000
ROOM = 1 << 20  # bytes; what the smallest object of Python takes, 16 bytes, passes them where each call leaves one behind
APPLICANT = {"office": "school_board", "raised": "150.00", "plan": "draft", "on_ballot_since": "2017-04-24"}
APPLICANTS = {"office": ["pta", "mayor"], "on_ballot_since": ["2017-04-24", None], "raised": [30.0, 0.1 + 0.2],
              "plan": ["none", "draft"], "requested": [500, 20]}


def resident():
    gc.collect()
    return psutil.Process().memory_info().rss


def grown(call):
    """Returns by how many bytes the process grows in CALLS calls, after a tenth of them beforehand; each has its number."""
    for at in range(CALLS // 10):
        call(at)
    before = resident()
    for at in range(CALLS):
        call(at)
    return resident() - before


def of_applicants():
    funding = rfs.load(FUNDING)

    def call(at):
        out = funding.evaluate(APPLICANT, raised=at % 300, requested=at / 100, as_of=AS_OF)
        out["funding"].amount, out["funding"].unmet, out["funding"].status
        if at % 10 == 0:
            funding.evaluate({"offce": at, "raised": float("nan")}, as_of=AS_OF)["funding"].status
        if at % 100 == 0:
            out.json(), out["funding"].needed, out["funding"].conditions, repr(out), out._repr_html_()
            out.explain(), pickle.loads(pickle.dumps(funding))
            with pytest.raises(rfs.RuleError):
                rfs.loads("{")

    return grown(call)


def of_tables():
    funding = rfs.load(FUNDING)
    table = pa.table({**APPLICANTS, "office": pa.array(APPLICANTS["office"]).dictionary_encode()})
    wrong = table.drop_columns(["raised"])

    def call(at):
        if at % 10 == 1:
            with pytest.raises(rfs.RuleError):
                funding.evaluate_table(wrong, as_of=AS_OF)
        elif at % 10 == 2:
            reader = table.to_reader(max_chunksize=1)
            funding.evaluate_table(reader, as_of=AS_OF, threads=1).frame.read_next_batch()
        else:
            result = funding.evaluate_table(table, as_of=AS_OF, output=["unmet", "needed"], append=True, threads=1)
            assert result.refused == 1

    held = pa.total_allocated_bytes()
    size = grown(call)
    assert pa.total_allocated_bytes() == held
    return size


@pytest.mark.parametrize("measure", [of_applicants, of_tables])
def test_no_leak(measure):
    """In a process of its own: in one that has run other tests, what leaks takes the place of what they gave back, and the
    process does not grow."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(measure) < ROOM

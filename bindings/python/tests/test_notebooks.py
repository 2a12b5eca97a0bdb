"""The notebooks of examples/ run from top to bottom, and what they show is what evaluate() says of each row. They are kept
without outputs, so that none can be stale."""

import csv
import json
import runpy
from collections import Counter
from fractions import Fraction

import pytest
from conftest import ROOT

import rfs

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
FOLDER = ROOT / "examples" / "notebooks"
PAGES = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.stem)
def executed(request):
    """Run a notebook, and return what its frames hold by their expressions."""
    shown = EXPECTED[request.param.stem][0]
    book = nbformat.read(request.param, 4)
    rows = "[['' if pd.isna(value) else str(value) for value in row] for row in {}.values.tolist()]"
    book.cells.append(nbformat.v4.new_code_cell(
        "import json\nprint(json.dumps({" + ", ".join(f"{one!r}: " + rows.format(one) for one in shown)
        + "}))"))
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": FOLDER}}).execute()
    charts = [output for cell in book.cells for output in cell.get("outputs", [])
              if "alt." in output.get("data", {}).get("text/plain", "")]
    read = json.loads("".join(one["text"] for one in book.cells[-1]["outputs"] if one.get("name") == "stdout"))
    return request.param.stem, read, charts


def test_notebooks_are_listed():
    assert {page.stem for page in PAGES} == set(EXPECTED)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_kept_without_outputs(page):
    for cell in json.loads(page.read_text())["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None, "clear all outputs before it is kept"


def test_what_they_show(executed):
    name, read, charts = executed
    _, check, chart_count = EXPECTED[name]
    check(read)
    assert len(charts) == chart_count


def amounts(decisions, name):
    values = [getattr(one, name) for one in decisions]
    return "" if None in values else sum(map(Fraction, values))


def same(row, words, decisions):
    """Compare the end of a row, which has rows, statuses and totals, with decisions taken one by one."""
    statuses = Counter(one.status for one in decisions)
    assert row[:-3] == [*words, str(len(decisions)), *(str(statuses[one]) for one in (
        "eligible", "ineligible", "undetermined", "refused"))]
    for text, name in zip(row[-3:], ("amount", "least", "most"), strict=True):
        assert (Fraction(text) if text else "") == amounts(decisions, name), (row, name)


def with_shares(rules, cap, threshold):
    read = json.loads(rules.source)
    read["parameters"]["cap_share"]["values"][0]["value"] = cap
    read["parameters"]["threshold_share"]["values"][0]["value"] = threshold
    return rfs.loads(json.dumps(read))


def check_registration(read):
    rules = rfs.load(ROOT / "rules" / "run-for-something" / "pipeline.rules.json")
    people = runpy.run_path(str(FOLDER / "registered_2017.py"))["registered"]()
    facts = [{name: one[name] for name in rules.facts} for one in people]
    outcomes = [rules.evaluate(one, as_of="2017-07-15") for one in facts]
    funnel = [row[:5] for row in read["funnel.frame"]]
    standing = outcomes
    for row, stage in zip(funnel, rules.decisions, strict=True):
        statuses = Counter(out[stage].status for out in standing)
        ends = [str(statuses[one]) for one in ("eligible", "ineligible", "undetermined")]
        assert row == [stage, str(len(standing)), *ends]
        standing = [out for out in standing if out[stage].status == "eligible"]
    # The article's figures.
    reached = {row[0]: int(row[2]) for row in funnel}
    assert reached["interest"] == 8_000 and 500 < reached["interview"] < 600 and reached["ballot"] == 8_000 // 100
    assert 0 < reached["funding"] < reached["application"] < reached["ballot"]
    months = max(one["registered_on"] for one in people) - min(one["registered_on"] for one in people)
    assert months.days == 59
    combinations = [(cap, threshold) for cap in ("10%", "15%", "20%") for threshold in ("5%", "10%", "15%", "20%")]
    for row, combination in zip(read["sweep.frame"], combinations, strict=True):
        other = with_shares(rules, *combination)
        same(row, combination, [other.evaluate(one, as_of="2017-07-15")["funding"] for one in facts])
    offices = [*dict.fromkeys(one["office"] for one in people)]
    keys = [(stage, office) for stage in ("ballot", "application", "funding") for office in offices]
    for row, (stage, office) in zip(read["by_office.frame"], keys, strict=True):
        reached = sum(out[stage].status == "eligible" for out, one in zip(outcomes, facts) if one["office"] == office)
        assert (*row[:2], row[3]) == (stage, office, str(reached))


def check_federal(read):
    rules = rfs.load(ROOT / "rules" / "fec-sample" / "federal.rules.json")
    with open(ROOT / "examples" / "data" / "fec-2015-candidates.csv", newline="", encoding="utf-8") as file:
        candidates = list(csv.DictReader(file))
    names = ("office", "total_receipts", "contributions_from_candidate", "loans_from_candidate")

    def decide(rules, group, **assumed):
        return [rules.evaluate({**{name: one[name] for name in names}, **assumed}, as_of="2015-12-31")["funding"]
                for one in candidates if group(one)]

    offices = [*dict.fromkeys(one["office"] for one in candidates)]
    for frame, assumed in (("filed.frame", {}), ("counts.frame", {"plan": "none"})):
        for row, office in zip(read[frame], offices, strict=True):
            same(row, ["funding", office], decide(rules, lambda one: one["office"] == office, **assumed))
    # As examples/cpp has them.
    assert sum(int(row[4]) for row in read["counts.frame"]) == 39 + 11
    assert sum(int(row[5]) for row in read["filed.frame"]) == 58
    known = {"plan": "none", "on_ballot_since": "2015-01-31"}
    combinations = [(threshold, cap) for threshold in ("5%", "10%", "15%", "20%", "30%") for cap in ("10%", "15%", "20%")]
    for row, (threshold, cap) in zip(read["sweep.frame"], combinations, strict=True):
        other = with_shares(rules, cap, threshold)
        same(row, [threshold, cap], decide(other, lambda one: one["office"] != "president", **known))


EXPECTED = {
    "from-registration-to-money": (["funnel.frame", "by_office.frame", "sweep.frame"], check_registration, 4),
    "federal-candidates-of-2015": (["filed.frame", "counts.frame", "sweep.frame"], check_federal, 1),
}

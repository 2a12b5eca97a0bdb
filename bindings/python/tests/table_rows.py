"""Rows of results held against evaluate(): what a table says of a row is what it says of one applicant."""

import re
from fractions import Fraction

import pandas as pd
import polars as pl
import pyarrow as pa

OUTPUT = ["least", "most", "unmet", "needed", "conditions", "definitions"]


def records(frame):
    """Return the rows of a frame of results as dicts of Python's values."""
    if isinstance(frame, pd.DataFrame):
        frame = pa.Table.from_pandas(frame, preserve_index=False)
    elif isinstance(frame, pl.DataFrame):
        assert all(not isinstance(kind, pl.Object) for kind in frame.dtypes)
    return pa.table(frame).to_pylist()


def number(text):
    """Read a number as outcomes write it: 1.5, 1/3, 15%."""
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def definition(read):
    """Return the value of a definition as a table has it: None where only a part is known."""
    value = read["value"]
    if not isinstance(value, str):
        return value if isinstance(value, bool) else None
    return number(value) if read["type"] in ("number", "integer", "money", "percent") else value


def of_table(value):
    return Fraction(value) if hasattr(value, "as_tuple") else str(value) if hasattr(value, "isoformat") else value


def names(value):
    return value if isinstance(value, list) else [one for one in value.split("; ") if one]


def same_as_evaluate(rules, row, out):
    """Compare a row of results with an outcome; `row` was asked for with OUTPUT."""
    codes = sorted(re.findall(r"(?:^|; )(RFS\d{3}): ", row["error"] or ""))
    assert codes == sorted(one.code for one in out.problems)
    for name in rules.decisions:
        decision = out[name]
        assert row[f"{name}_status"] == decision.status
        for what in ("amount", "least", "most"):
            assert of_table(row[f"{name}_{what}"]) == getattr(decision, what)
        if out.refused:
            assert row[f"{name}_unmet"] is None and row[f"{name}_needed"] is None
            continue
        assert tuple(names(row[f"{name}_unmet"])) == decision.unmet
        assert tuple(names(row[f"{name}_needed"])) == decision.needed
        for condition in decision.conditions:
            assert row[f"{name}_condition_{condition.name}"] is condition.holds
    for name, read in ({} if out.refused else out.to_dict()["definitions"]).items():
        found = of_table(row[name])
        assert found == definition(read), (name, found, read)


def compare(rules, result, applicants, as_of, floats="exact"):
    """Compare all rows of an outcome of a table with evaluate(); `as_of` is a day, or a list of one for each row."""
    rows = records(result.frame)
    assert len(rows) == len(applicants)
    days = as_of if isinstance(as_of, list) else [as_of] * len(rows)
    refused = 0
    for row, facts, day in zip(rows, applicants, days):
        out = rules.evaluate(facts, as_of=day, floats=floats)
        same_as_evaluate(rules, row, out)
        refused += out.refused
    assert (result.rows, result.refused) == (len(rows), refused)
    for name in rules.decisions:
        counted = {status: sum(row[f"{name}_status"] == status for row in rows) for status in result.statuses[name]}
        assert result.statuses[name] == counted
    return refused

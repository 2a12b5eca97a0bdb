"""Each kind of Python value, given to each type of fact: taken with its exact value, or refused with a reason."""

import datetime
import enum
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

DAY = datetime.date(2017, 4, 24)


class Office(enum.Enum):
    PTA = "pta"


class Text(str):
    pass


class Number(int):
    pass


def given(rules, name, value, **options):
    """Returns what the outcome says was given, or the code of the problem."""
    out = rules.evaluate({name: value}, as_of="2020-01-01", **options)
    if out.refused:
        (problem,) = out.problems
        assert problem.path == name
        assert problem.message.startswith(f"`{name}`: expected ")
        return problem.code
    return out.to_dict()["facts"].get(name)


TAKEN = [
    ("member", True, True), ("member", False, False), ("member", np.bool_(True), True),
    ("count", 3, "3"), ("count", "3", "3"), ("count", 3.0, "3"), ("count", Decimal("3.0"), "3"), ("count", Number(3), "3"),
    ("count", np.int8(-3), "-3"), ("count", np.uint64(3), "3"), ("count", np.float32(3), "3"),
    ("share", 0.1, "0.1"), ("share", 1e2, "100"), ("share", np.float32(0.1), "0.1"), ("share", np.float16(0.1), "0.1"),
    ("share", np.float64(0.1), "0.1"), ("share", np.longdouble(0.25), "0.25"), ("share", Decimal("1E+2"), "100"),
    ("share", -0.0, "0"), ("rate", "15%", "15%"),
    ("fee", "150.00", "150.00"), ("fee", "150.00 USD", "150.00"), ("fee", 150, "150.00"), ("fee", 150.1, "150.10"),
    ("fee", Decimal("150.10"), "150.10"), ("fee", np.int64(150), "150.00"), ("fee", np.str_("1.50"), "1.50"),
    ("born", "2017-04-24", "2017-04-24"), ("born", DAY, "2017-04-24"),
    ("born", datetime.datetime(2017, 4, 24), "2017-04-24"), ("born", pd.Timestamp("2017-04-24"), "2017-04-24"),
    ("born", np.datetime64("2017-04-24"), "2017-04-24"), ("born", np.datetime64("2017-04-24T00:00:00.000000000"), "2017-04-24"),
    ("term", "2 months", "2 months"), ("term", "1 year", "12 months"), ("stay", "90 days", "90 days"),
    ("office", "pta", "pta"), ("office", Office.PTA, "pta"), ("office", Text("state house"), "state house"),
    ("note", "ü \U0001f5f3", "ü \U0001f5f3"), ("note", "", ""),
]
UNKNOWN = [None, pd.NA, pd.NaT, np.datetime64("NaT")]
REFUSED = [
    # No type takes the place of another.
    ("member", "true", "RFS602"), ("member", 1, "RFS602"), ("member", 1.0, "RFS602"), ("member", np.int64(1), "RFS602"),
    ("count", True, "RFS602"), ("count", 3.5, "RFS604"), ("count", "3.5", "RFS602"), ("count", "3 ", "RFS602"),
    ("count", 10**9 + 1, "RFS603"), ("count", 10**30, "RFS603"),
    ("rate", 0.15, "RFS608"), ("rate", 15, "RFS608"), ("rate", Decimal("0.15"), "RFS608"), ("rate", "15", "RFS608"),
    ("fee", "$150", "RFS602"), ("fee", "1,500.00", "RFS602"), ("fee", "150.00 EUR", "RFS609"), ("fee", True, "RFS602"),
    ("fee", -1, "RFS603"), ("fee", "1.234", "RFS604"), ("fee", Decimal("1.234"), "RFS604"), ("fee", Decimal("NaN"), "RFS602"),
    ("fee", DAY, "RFS602"), ("fee", b"150.00", "RFS602"), ("fee", 1 + 2j, "RFS602"), ("fee", [150], "RFS602"),
    ("fee", {"amount": 150}, "RFS602"), ("fee", np.array([1]), "RFS602"), ("fee", object(), "RFS602"),
    ("born", 20170424, "RFS602"), ("born", "24.4.2017", "RFS602"), ("born", "2017-02-29", "RFS602"),
    ("born", datetime.datetime(2017, 4, 24, 12), "RFS602"), ("born", datetime.time(12), "RFS602"),
    ("born", datetime.datetime(2017, 4, 24, tzinfo=datetime.timezone.utc), "RFS602"),
    ("born", pd.Timestamp("2017-04-24 00:00:00.000000001"), "RFS602"), ("born", pd.Timestamp("2017-04-24", tz="UTC"), "RFS602"),
    ("born", np.datetime64("2017-04-24T12"), "RFS602"), ("born", np.datetime64("2017"), "RFS602"),
    ("born", np.timedelta64(1, "D"), "RFS602"),
    ("term", 2, "RFS602"), ("term", "2", "RFS602"), ("stay", datetime.timedelta(days=90), "RFS602"),
    ("office", "senate", "RFS605"), ("office", 1, "RFS605"), ("office", "PTA", "RFS605"),
    ("note", 1, "RFS602"), ("note", DAY, "RFS602"), ("note", "\ud800", "RFS602"), ("note", "x" * 4097, "RFS603"),
]
# Floats that are no short decimal, and what each rule makes of them.
FLOATS = [
    ("fee", 0.1 + 0.2, "RFS604", "0.30"), ("fee", 150.10000000000002, "RFS604", "150.10"), ("fee", 1.234, "RFS604", "RFS604"),
    ("fee", 999999999.99, "999999999.99", "999999999.99"), ("fee", 0.005, "RFS604", "RFS604"),
    ("fee", float("nan"), "RFS602", "RFS602"), ("fee", float("inf"), "RFS602", "RFS602"), ("fee", -1e-9, "RFS604", "0.00"),
    ("share", 1 / 3, "RFS604", "RFS604"), ("count", 2.9999999999999996, "RFS604", "3"), ("fee", 1e300, "RFS603", "RFS603"),
    ("fee", 5e-324, "RFS604", "0.00"), ("member", 0.1 + 0.2, "RFS604", "RFS604"), ("rate", 0.15, "RFS608", "RFS608"),
    ("fee", np.float64(0.1 + 0.2), "RFS604", "0.30"), ("share", np.float32(1 / 3), "RFS604", "RFS604"),
]


@pytest.mark.parametrize(("name", "value", "is_"), TAKEN, ids=repr)
def test_taken(kinds, name, value, is_):
    assert given(kinds, name, value) == is_


@pytest.mark.parametrize("value", UNKNOWN, ids=repr)
@pytest.mark.parametrize("name", ["member", "count", "rate", "fee", "born", "term", "office", "note"])
def test_unknown(kinds, name, value):
    assert given(kinds, name, value) is None


@pytest.mark.parametrize(("name", "value", "code"), REFUSED, ids=lambda one: repr(one)[:40])
def test_refused(kinds, name, value, code):
    assert given(kinds, name, value) == code


@pytest.mark.parametrize(("name", "value", "exact", "nearest"), FLOATS, ids=repr)
def test_floats(kinds, name, value, exact, nearest):
    assert given(kinds, name, value) == given(kinds, name, value, floats="exact") == exact
    assert given(kinds, name, value, floats="nearest") == nearest


def test_an_int_that_python_does_not_write(kinds):
    assert given(kinds, "count", 10**5000) == "RFS602"


def test_refusal_of_a_float_names_the_option(kinds):
    (problem,) = kinds.evaluate(fee=0.1 + 0.2, as_of="2020-01-01").problems
    assert 'floats="nearest"' in problem.help
    assert "0.30000000000000004" in problem.message


def test_rounded_floats_are_assumed(kinds):
    out = kinds.evaluate(fee=0.1 + 0.2, share=0.5, member=True, as_of="2020-01-01", floats="nearest")
    assert out.to_dict()["assumed"] == [{"fact": "fee", "value": "0.30"}]
    assert out["pay"].amount == Decimal("0.30")
    again = kinds.evaluate(fee=0.3, member=True, as_of="2020-01-01", floats="nearest")
    assert again.to_dict()["assumed"] == []


def test_an_error_in_a_value_of_the_users_own_is_raised(kinds):
    class Broken(enum.Enum):
        A = 1

        @property
        def value(self):
            raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        kinds.evaluate(fee=Broken.A, as_of="2020-01-01")


def test_a_value_that_meddles(kinds):
    """Reading a value may run code of the user's own, which may do what it likes."""
    facts, seen = {}, []

    class Meddling(enum.Enum):
        A = 1

        @property
        def value(self):
            facts.clear()
            seen.append(kinds.evaluate(fee=2, member=True, as_of="2020-01-01")["pay"].amount)
            return 1

    facts.update(fee=Meddling.A, count=3)
    out = kinds.evaluate(facts, member=True, as_of="2020-01-01")
    assert (out["pay"].amount, seen) == (1, [2])
    assert "count" not in out.to_dict()["facts"]


def test_many_names(kinds):
    out = kinds.evaluate({f"unknown_{i}": i for i in range(100_000)}, as_of="2020-01-01")
    assert 0 < len(out.problems) <= 1001

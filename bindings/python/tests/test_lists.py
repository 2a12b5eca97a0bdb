"""Facts that are lists: of values and of dicts, and what outcomes tell of them."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import rfs

RULES = """{
  "rfs": 1, "rules": "lists", "currency": "USD",
  "facts": {
    "gifts": { "type": "list", "max_items": 5, "fields": {
      "donor": "text", "amount": { "type": "money", "max": "100.00" }, "given": "date",
      "resident": { "type": "bool", "default": true } } },
    "scores": { "type": "list", "of": { "type": "number", "places": 1 }, "default": [] }
  },
  "definitions": {
    "donors": "group(gifts[resident], by: donor, total: sum(amount))",
    "kept": "scores",
    "late": "some g in gifts satisfies g.given > @'2020-06-01'"
  },
  "decisions": { "grant": { "eligible": "count(donors) >= 2 and not(late)",
                            "amount": "sum(gifts.amount)", "round": "none" },
                 "score": { "eligible": "count(kept) > 0", "amount": "max(0, sum(scores))" } }
}"""
DAY = "2020-06-15"


@pytest.fixture(scope="module")
def rules():
    return rfs.loads(RULES, "lists.rules.json")


def test_dicts_of_every_kind_of_value(rules):
    gifts = [{"donor": "ann", "amount": "5.00", "given": "2020-01-31"},
             {"donor": "bo", "amount": Decimal("2.5"), "given": datetime.date(2020, 1, 31), "resident": True},
             {"donor": "cy", "amount": 7, "given": datetime.datetime(2020, 1, 31), "resident": False}]
    out = rules.evaluate(gifts=gifts, as_of=DAY)
    assert (out["grant"].status, out["grant"].amount) == ("eligible", Decimal("14.50"))
    read = out.to_dict()
    assert read["definitions"]["donors"] == {"type": "list of records", "count": "2"}
    assert read["facts"]["gifts"][0] == {"donor": "ann", "amount": "5.00", "given": "2020-01-31"}
    assert read["facts"]["gifts"][2] == {"donor": "cy", "amount": "7.00", "given": "2020-01-31", "resident": False}
    assert read["assumed"] == [{"fact": "scores", "value": []}]
    assert rules.evaluate({"gifts": tuple(gifts)}, as_of=DAY).json() == out.json()


def test_what_is_not_known(rules):
    out = rules.evaluate(as_of=DAY, gifts=[{"donor": "ann", "amount": None, "given": "2020-01-01"},
                                           {"donor": "bo", "amount": 1, "given": "2020-01-01", "resident": pd.NA}, None])
    assert out["grant"].status == "undetermined"
    assert out["grant"].needed == ("gifts[1].amount", "gifts[2].resident", "gifts[3].donor", "gifts[3].amount",
                                   "gifts[3].given", "gifts[3].resident")
    assert (out["grant"].least, out["grant"].most) == (0, 201)
    assert rules.evaluate(gifts=None, as_of=DAY)["grant"].needed == ("gifts",)
    assert rules.evaluate(gifts=[], as_of=DAY)["grant"].unmet == ("grant#1",)
    assert "gifts[1].amount" in str(out.explain())


def test_values_of_other_libraries(rules):
    out = rules.evaluate(scores=[np.float64(0.5), np.int32(2), 1.5, np.float32(0.1), "3"], as_of=DAY)
    assert out["score"].amount == Decimal("7.1")
    assert rules.evaluate(gifts=[], scores=pd.NA, as_of=DAY)["score"].needed == ("scores",)


def test_floats_are_rounded_where_that_is_asked_for(rules):
    refused = rules.evaluate(scores=[0.5, 0.1 + 0.2], as_of=DAY)
    assert [(one.code, one.path) for one in refused.problems] == [("RFS604", "scores[2]")]
    out = rules.evaluate(scores=[0.5, 0.1 + 0.2], gifts=[{"donor": "ann", "amount": 1.1 + 2.2}], as_of=DAY, floats="nearest")
    assert out["score"].amount == Decimal("0.8")
    assert out.to_dict()["assumed"] == [{"fact": "scores[2]", "value": "0.3"}, {"fact": "gifts[1].amount", "value": "3.30"}]


def test_problems_tell_their_place(rules):
    def problems(**given):
        return [(one.code, one.path, one.message, one.help) for one in rules.evaluate(given, as_of=DAY).problems]

    assert problems(gifts={"donor": "ann"}) == [
        ("RFS602", "gifts", "`gifts`: expected a list, found a dict", "a single item is a list of one")]
    assert problems(gifts="ann")[0][:3] == ("RFS602", "gifts", "`gifts`: expected a list, found a str")
    assert problems(gifts=7)[0][:2] == ("RFS602", "gifts")
    assert problems(gifts=["ann", 3])[0][:3] == ("RFS602", "gifts[1]", "`gifts[1]`: expected a dict, found a str")
    assert problems(gifts=[{"donor": "ann"}, {"amuont": 1}]) == [
        ("RFS601", "gifts[2]", "`gifts[2]`: unknown field `amuont`", "did you mean `amount`?")]
    assert problems(gifts=[{"amount": "100.01"}])[0][:2] == ("RFS603", "gifts[1].amount")
    assert problems(gifts=[{"amount": float("nan")}])[0][:3] == (
        "RFS602", "gifts[1].amount", "`gifts[1].amount`: expected a value, found NaN")
    assert problems(scores=[[1]])[0][:3] == ("RFS602", "scores[1]", "`scores[1]`: expected a value, found a list")
    assert problems(scores=[object()])[0][:2] == ("RFS602", "scores[1]")
    assert problems(scores=["\ud800"])[0][:2] == ("RFS602", "scores[1]")
    assert problems(gifts=[None] * 6)[0][:3] == ("RFS603", "gifts", "`gifts`: expected at most 5 items, found 6")
    assert [code for code, *_ in problems(gifts=[{"amount": -1}, {"given": "x"}], scores=["y"])] == [
        "RFS603", "RFS602", "RFS602"]
    with pytest.raises(TypeError, match="names of fields are str: found a int"):
        rules.evaluate(gifts=[{1: 2}], as_of=DAY)


def test_a_list_that_changes_while_it_is_read(rules):
    given = {}

    class Shrinks(int):
        def __str__(self):
            given["scores"].clear()
            return "1"

    class Grows(str):
        pass

    given["scores"] = [Shrinks(1), 2, 3]
    out = rules.evaluate(given, as_of=DAY)
    assert not out.refused
    record = {"donor": Grows("ann"), "amount": Shrinks(1)}
    given["gifts"] = [record]
    given["scores"] = []
    assert not rules.evaluate(given, as_of=DAY).refused


def test_one_applicant_after_another(rules):
    for gifts in ([{"donor": "ann", "amount": 1}], [], [{"donor": "bo"}], [None, None]):
        once, again = (rules.evaluate(gifts=gifts, as_of=DAY).json() for _ in range(2))
        assert once == again
    assert rules.evaluate(as_of=DAY).to_dict()["facts"] == {}


def test_calc():
    gifts = {"type": "list", "fields": {"donor": "text", "amount": "money", "given": "date"}}
    given = [{"donor": "ann", "amount": Decimal("1.50"), "given": datetime.date(2020, 1, 1)}, {"donor": None}]
    out = rfs.calc("gifts.amount", {"gifts": given}, facts={"gifts": gifts}, currency="USD")
    assert out == ({"type": "list", "of": "money"}, ["1.50", {"least": "0.00", "most": "999999999.99"}], "[$1.50, ?]")
    assert rfs.calc("sum(xs)", {"xs": (1, 2)}, facts={"xs": {"type": "list", "of": "integer"}}).value == "3"
    with pytest.raises(ValueError, match=r"`gifts\[1\].amount`: expected a str, bool"):
        rfs.calc("count(gifts)", {"gifts": [{"amount": 1.5}]}, facts={"gifts": gifts}, currency="USD")

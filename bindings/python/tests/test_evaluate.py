"""Deciding one applicant: the forms of a call, and what an outcome tells."""

import collections
import datetime
import gc
import json
import pickle
import subprocess
import sys
import threading
import time
from decimal import Decimal
from fractions import Fraction
from multiprocessing.pool import ThreadPool

import numpy as np
import pandas as pd
import pytest
from conftest import FUNDING, ROOT

import rfs

AS_OF = "2017-06-24"


def test_eligible(funding, applicant):
    out = funding.evaluate(applicant, as_of=AS_OF)
    decision = out["funding"]
    assert decision.status == "eligible"
    assert bool(decision) is True
    assert decision.amount == decision.least == decision.most == Decimal("150.00")
    assert str(decision.amount) == "150.00"
    assert decision.met == ("waited", "raised_enough")
    assert decision.unmet == decision.undetermined == decision.needed == ()
    assert decision.conditions[2] == rfs.Condition("thorough_plan", True, False, "Present a thorough campaign plan.")
    assert (out.as_of, out.refused, out.problems, out.rules) == (datetime.date(2017, 6, 24), False, [], funding)
    assert list(out) == ["funding"] and len(out) == 1 and "funding" in out and "x" not in out and 1 not in out


def test_ineligible(funding, applicant):
    decision = funding.evaluate(applicant, raised="149.99", as_of=AS_OF)["funding"]
    assert (decision.status, decision.amount, bool(decision)) == ("ineligible", Decimal("0.00"), False)
    assert decision.unmet == ("raised_enough", "thorough_plan")
    assert decision.met == ()


def test_undetermined(funding):
    decision = funding.evaluate({"office": "school_board"}, as_of=AS_OF)["funding"]
    assert (decision.status, decision.amount) == ("undetermined", None)
    assert (decision.least, decision.most) == (0, 150)
    assert decision.needed == ("on_ballot_since", "raised", "plan", "requested")
    assert decision.undetermined == ("waited", "raised_enough", "thorough_plan")
    assert [one.holds for one in decision.conditions] == [None] * 3
    with pytest.raises(ValueError, match="`funding` is undetermined"):
        bool(decision)


def test_refused(funding):
    out = funding.evaluate({"offce": "pta"}, raised="-1", as_of=AS_OF)
    assert out.refused
    assert [one.code for one in out.problems] == ["RFS603", "RFS601"]
    decision = out["funding"]
    assert (decision.status, decision.amount, decision.least, decision.unmet, decision.conditions) == (
        "refused", None, None, (), ())
    with pytest.raises(ValueError, match="`funding` is refused"):
        bool(decision)
    assert "did you mean" not in repr(out) and "unknown fact `offce`" in repr(out)
    # What refuses one applicant is forgotten with the next.
    assert not funding.evaluate({"office": "pta"}, as_of=AS_OF).refused


def test_day_outside_the_rules(funding, applicant):
    assert [one.code for one in funding.evaluate(applicant, as_of="1999-01-01").problems] == ["RFS606"]


def test_keywords_win(funding, applicant):
    assert funding.evaluate(applicant, raised="10", as_of=AS_OF).to_dict()["facts"]["raised"] == "10.00"
    # A value that is replaced is not read.
    assert not funding.evaluate({**applicant, "raised": "much"}, raised="10", as_of=AS_OF).refused
    assert funding.evaluate(applicant, as_of=AS_OF).to_dict()["facts"]["raised"] == "150.00"


@pytest.mark.parametrize("mapping", [collections.OrderedDict, pd.Series, collections.UserDict,
                                     lambda facts: type("Sub", (dict,), {})(facts)])
def test_other_mappings(funding, applicant, mapping):
    assert funding.evaluate(mapping(applicant), as_of=AS_OF)["funding"].amount == 150


@pytest.mark.parametrize("day", ["2017-06-24", datetime.date(2017, 6, 24), datetime.datetime(2017, 6, 24),
                                 pd.Timestamp("2017-06-24"), np.datetime64("2017-06-24"), np.str_("2017-06-24")])
def test_days(funding, applicant, day):
    assert funding.evaluate(applicant, as_of=day).as_of == datetime.date(2017, 6, 24)


def test_wrong_calls(funding, applicant):
    with pytest.raises(TypeError, match="needs as_of"):
        funding.evaluate(applicant)
    with pytest.raises(TypeError, match="as_of is a day"):
        funding.evaluate(applicant, as_of=None)
    with pytest.raises(TypeError, match="as_of is a day"):
        funding.evaluate(applicant, as_of=20170624)
    with pytest.raises(ValueError, match="midnight"):
        funding.evaluate(applicant, as_of=datetime.datetime(2017, 6, 24, 12))
    with pytest.raises(rfs.RuleError, match="RFS610.*`2017-6-24`") as caught:
        funding.evaluate(applicant, as_of="2017-6-24")
    assert caught.value.diagnostics[0].path == "as_of"
    with pytest.raises(ValueError, match='"exact" or "nearest"'):
        funding.evaluate(applicant, as_of=AS_OF, floats="round")
    with pytest.raises(TypeError, match="one positional argument"):
        funding.evaluate(applicant, applicant, as_of=AS_OF)
    for facts in ([], 1, "office", [("office", "pta")]):
        with pytest.raises(TypeError, match="facts are a dict"):
            funding.evaluate(facts, as_of=AS_OF)
    with pytest.raises(TypeError, match="names of facts are str"):
        funding.evaluate({1: 2}, as_of=AS_OF)
    with pytest.raises(KeyError, match="no decision `fundin`: did you mean `funding`"):
        funding.evaluate(applicant, as_of=AS_OF)["fundin"]
    with pytest.raises(TypeError):
        rfs.Outcome()
    with pytest.raises(TypeError):
        rfs.Rules()


def test_amounts_without_cents():
    rules = rfs.loads('{"rfs": 1, "rules": "third", "currency": "USD", "facts": {"x": {"type": "money"}}, "decisions": {'
                      '"third": {"eligible": "true", "amount": "x / 3", "round": "none"},'
                      '"tenth": {"eligible": "true", "amount": "x / 1000", "round": "none"}, "none": {"eligible": "x > 0 USD"}}}')
    out = rules.evaluate(x=1, as_of=AS_OF)
    assert out["third"].amount == Fraction(1, 3)
    assert str(out["tenth"].amount) == "0.001"
    assert (out["none"].amount, out["none"].least) == (None, None)
    open_ = rules.evaluate(as_of=AS_OF)["third"]
    assert (open_.amount, open_.least, open_.most) == (None, 0, Decimal("333333333.33"))


def test_json_is_that_of_the_command(funding, applicant, command, tmp_path):
    cases = [applicant, {"office": "school_board"}, {}, {"offce": "pta"}, {"raised": "-1"}, {"note": "é"}]
    for facts in cases:
        facts_file = tmp_path / "facts.json"
        facts_file.write_text(json.dumps(facts))
        printed = subprocess.run([command, "evaluate", FUNDING, "--facts", facts_file, "--as-of", AS_OF, "--format", "json"],
                                 capture_output=True, text=True, check=False).stdout
        out = funding.evaluate(facts, as_of=AS_OF)
        there = json.loads(printed)
        here = json.loads(out.json())
        for error in there["errors"]:  # the command read a file, which has places
            error.update(file=None, line=None, column=None)
        for error in here["errors"]:
            error.update(file=None, line=None, column=None)
        drop = ("begin", "end", "end_line", "end_column")
        for errors in (there["errors"], here["errors"]):
            for error in errors:
                for key in drop:
                    error.pop(key, None)
        assert here == there
        assert out.to_dict() == json.loads(out.json())


def test_explanation_is_that_of_the_command(funding, applicant, command):
    options = [word for name, value in applicant.items() for word in ("--set", f"{name}={value}")]
    why = funding.explain(applicant, as_of=AS_OF)
    for form, text in (("human", str(why)), ("markdown", why.markdown()), ("json", why.json())):
        printed = subprocess.run([command, "explain", FUNDING, *options, "--as-of", AS_OF, "--format", form],
                                 capture_output=True, text=True, check=True).stdout
        assert printed.rstrip("\n") == text.rstrip("\n")
    assert funding.evaluate(applicant, as_of=AS_OF).explain() == why
    assert pickle.loads(pickle.dumps(why)) == why
    with pytest.raises(ValueError, match="language `xx`"):
        funding.explain(applicant, as_of=AS_OF, lang="xx")


def test_an_outcome_outlives_the_next(funding, applicant):
    first = funding.evaluate(applicant, as_of=AS_OF)
    decision = funding.evaluate(applicant, raised="1", as_of=AS_OF)["funding"]
    assert first["funding"].amount == 150
    assert decision.status == "ineligible"
    del first
    gc.collect()
    assert decision.unmet == ("raised_enough", "thorough_plan")


def test_rules_pickle(funding, applicant):
    again = pickle.loads(pickle.dumps(funding))
    assert (again.digest, again.path, again.source) == (funding.digest, funding.path, FUNDING.read_bytes())
    assert again.evaluate(applicant, as_of=AS_OF).json() == funding.evaluate(applicant, as_of=AS_OF).json()
    with pytest.raises(TypeError):
        pickle.dumps(funding.evaluate(applicant, as_of=AS_OF))


def test_threads(funding, applicant):
    def decide(cents):
        out = funding.evaluate(applicant, requested=Decimal(cents).scaleb(-2), as_of=AS_OF)
        return out["funding"].amount, json.loads(out.json())["decisions"]["funding"]["amount"]

    with ThreadPool(4) as pool:
        for cents, (amount, written) in zip(range(20_000), pool.map(decide, range(20_000))):
            assert amount == min(Decimal(cents).scaleb(-2), 150)
            assert Decimal(written) == amount


LONG = json.dumps({"rfs": 1, "rules": "long", "facts": {"x": {"type": "integer"}}, "definitions": {
    f"d{i}": f"d{i - 1} + x" if i else "x" for i in range(3000)}, "decisions": {"yes": {"eligible": "d2999 > 0"}}})


@pytest.mark.parametrize("work", ["load", "evaluate", "test"])
def test_the_lock_of_the_interpreter_is_released(work):
    """Another thread gets on while a long call runs. Threads are switched only where the lock is given up; where a call
    does, the thread may still sleep, so that it is called again."""
    long = rfs.loads(LONG)
    call = {"load": lambda: rfs.loads(LONG), "evaluate": lambda: long.evaluate(x=1, as_of=AS_OF),
            "test": lambda: rfs.test(ROOT / "rules")}[work]
    waiting, got_on = threading.Lock(), []
    waiting.acquire()

    def other():
        with waiting:
            got_on.append(True)

    thread = threading.Thread(target=other)
    thread.start()
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        waiting.release()
        give_up = time.monotonic() + 60
        while not got_on and time.monotonic() < give_up:
            call()
        meanwhile = bool(got_on)
    finally:
        sys.setswitchinterval(switch)
    thread.join()
    assert meanwhile

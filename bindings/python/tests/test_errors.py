"""Mistakes in rule files and calculations, and how they reach people."""

import copy
import pickle
import traceback

import pytest

import rfs

BAD = '{"rfs": 1, "rules": "bad", "decisions": {"grant": {"eligible": "enough"}}}'
SNIPPET = """error[RFS301]: unknown name `enough`
 --> bad.rules.json:1:65  decisions.grant.eligible
  |
1 | {"rfs": 1, "rules": "bad", "decisions": {"grant": {"eligible": "enough"}}}
  |                                                                 ^^^^^^"""


def refused():
    with pytest.raises(rfs.RuleError) as caught:
        rfs.loads(BAD, "bad.rules.json")
    return caught.value


def test_traceback_shows_the_place():
    error = refused()
    assert isinstance(error, ValueError)
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    assert "RuleError: " + SNIPPET in text


def test_diagnostic():
    (one,) = refused().diagnostics
    assert (one.code, one.severity, one.message) == ("RFS301", "error", "unknown name `enough`")
    assert (one.file, one.line, one.column, one.path) == ("bad.rules.json", 1, 65, "decisions.grant.eligible")
    assert str(one).startswith(SNIPPET)
    assert repr(one) == "<rfs.Diagnostic RFS301 error at bad.rules.json:1:65: unknown name `enough`>"
    assert one.details["end_column"] == 71
    with pytest.raises(AttributeError):
        one.code = "RFS302"


def test_errors_travel():
    error = refused()
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.diagnostics) == (rfs.RuleError, str(error), error.diagnostics)
    assert copy.copy(error.diagnostics[0]) == error.diagnostics[0]
    assert len({error.diagnostics[0], again.diagnostics[0]}) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\ud800", b"\xff", "{" * 100_000, "\0", '{"rfs": 2}'])
def test_hostile_texts(text):
    with pytest.raises((rfs.RuleError, UnicodeEncodeError)) as caught:
        rfs.loads(text)
    assert str(caught.value)


def test_paths(tmp_path):
    with pytest.raises(rfs.RuleError, match="RFS701"):
        rfs.load(tmp_path / "none.rules.json")
    with pytest.raises(rfs.RuleError, match="RFS702"):
        rfs.load(tmp_path)
    with pytest.raises(TypeError):
        rfs.load(1)
    with pytest.raises(TypeError):
        rfs.loads(1)


def test_check(tmp_path):
    (tmp_path / "bad.rules.json").write_text(BAD)
    (tmp_path / "good.rules.json").write_text('{"rfs": 1, "rules": "good", "facts": {"x": {"type": "bool"}}}')
    (tmp_path / "good.tests.json").write_text(
        '{"rfs": 1, "rules": "good.rules.json", "tests": [{"name": "t", "as_of": "2020-01-01", "facts": {}, "expect": {"y": 1}}]}')
    found = rfs.check(tmp_path)
    assert [(one.code, one.severity) for one in found] == [("RFS301", "error"), ("RFS804", "warning"), ("RFS705", "error")]
    assert rfs.check() == []
    (missing,) = rfs.check(tmp_path / "nowhere")
    assert missing.code == "RFS701"


def test_test(tmp_path):
    (tmp_path / "x.rules.json").write_text(
        '{"rfs": 1, "rules": "x", "facts": {"x": {"type": "bool"}}, "decisions": {"d": {"eligible": "x"}},\n'
        ' "tests": [{"name": "right", "as_of": "2020-01-01", "facts": {"x": true}, "expect": {"d": {"status": "eligible"}}},\n'
        '           {"name": "wrong", "as_of": "2020-01-01", "facts": {"x": true}, "expect": {"d": {"status": "ineligible"}}}]}')
    right, wrong = rfs.test(tmp_path / "x.rules.json")
    assert right.passed and not wrong.passed
    assert (wrong.name, wrong.line) == ("wrong", 3)
    (failure,) = wrong.failures
    assert (failure.at, failure.message, failure.line) == ("d.status", "expected ineligible, found eligible", 3)
    (tmp_path / "bad.rules.json").write_text(BAD)
    with pytest.raises(rfs.RuleError, match="RFS301"):
        rfs.test(tmp_path)


def test_calc(funding):
    answer = rfs.calc("15% * 1000 USD")
    assert answer == ("money", "150.00", "$150.00")
    assert str(answer) == "$150.00"
    assert rfs.calc("1 / 3").value == "1/3"
    assert rfs.calc("x > 1", facts={"x": "number"}) == ("bool", None, "?")
    assert rfs.calc("min(x, 2.50 USD)", {"x": 1}, facts={"x": {"type": "money", "max": "5.00"}}).value == "1.00"
    assert rfs.calc("y + 1", let={"y": "2 * 3"}).value == "7"
    assert rfs.calc("cap_share * race_cost", {"office": "pta"}, rules=funding, as_of="2017-06-24").value == "30.00"
    assert rfs.calc("@'2017-12-31' + 2 months", month_end="clamp").value == "2018-02-28"
    with pytest.raises(rfs.RuleError, match="RFS202") as caught:
        rfs.calc("1 +* 2")
    assert caught.value.diagnostics[0].column == 4
    with pytest.raises(rfs.RuleError, match="RFS603"):
        rfs.calc("x", {"x": 6}, facts={"x": {"type": "money", "max": "5.00"}}, currency="USD")
    with pytest.raises(rfs.RuleError, match="RFS610"):
        rfs.calc("as_of", as_of="tomorrow")
    with pytest.raises(ValueError, match="reads as_of"):
        rfs.calc("as_of")
    with pytest.raises(ValueError, match="`x`: expected a str, bool, int, Decimal or date, found a float"):
        rfs.calc("x", {"x": 0.5}, facts={"x": "number"})

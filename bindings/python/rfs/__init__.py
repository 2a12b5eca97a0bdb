"""Decide about funding by rules in a file, and say why.

>>> rules = rfs.load("rules/run-for-something/funding.rules.json")
>>> out = rules.evaluate({"office": "school_board", "raised": "150.00"}, as_of="2017-06-24")
>>> out["funding"].status
'undetermined'
>>> out["funding"].needed
('on_ballot_since', 'requested')
"""

from rfs._analysis import Counts, Funnel, counts, funnel
from rfs._calc import Calculation, calc
from rfs._conditions import Condition
from rfs._core import Decision, Outcome, Rules, engine_version as __version__
from rfs._diagnostics import Diagnostic, RuleError
from rfs._explanation import Explanation
from rfs._files import Failure, TestResult, check, load, loads, test
from rfs._shelf import Shelf
from rfs._sweep import Sweep, sweep
from rfs._table import TableOutcome, evaluate_table

__all__ = ["Calculation", "Condition", "Counts", "Decision", "Diagnostic", "Explanation", "Failure", "Funnel", "Outcome",
           "RuleError", "Rules", "Shelf", "Sweep", "TableOutcome", "TestResult", "__version__", "calc", "check", "load",
           "loads", "test"]

# Tracebacks and pickles name what users import, not where it is written.
for _public in (Calculation, Condition, Counts, Diagnostic, Explanation, Failure, Funnel, RuleError, Shelf, Sweep,
                TableOutcome, TestResult):
    _public.__module__ = __name__
# Methods of Rules that are written in Python.
for _method in (counts, evaluate_table, funnel, sweep):
    _method.__module__, _method.__qualname__ = __name__, f"Rules.{_method.__name__}"
    setattr(Rules, _method.__name__, _method)
del _method, _public, counts, evaluate_table, funnel, sweep

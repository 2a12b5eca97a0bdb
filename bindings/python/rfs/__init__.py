"""Decide about funding by rules in a file, and say why.

>>> rules = rfs.load("rules/run-for-something/funding.rules.json")
>>> out = rules.evaluate({"office": "school_board", "raised": "150.00"}, as_of="2017-06-24")
>>> out["funding"].status
'undetermined'
>>> out["funding"].needed
('on_ballot_since', 'requested')
"""

from rfs._calc import Calculation, calc
from rfs._conditions import Condition
from rfs._core import Decision, Outcome, Rules, engine_version as __version__
from rfs._diagnostics import Diagnostic, RuleError
from rfs._explanation import Explanation
from rfs._files import Failure, TestResult, check, load, loads, test

__all__ = ["Calculation", "Condition", "Decision", "Diagnostic", "Explanation", "Failure", "Outcome", "RuleError",
           "Rules", "TestResult", "__version__", "calc", "check", "load", "loads", "test"]

# Tracebacks and pickles name what users import, not where it is written.
for _public in (Calculation, Condition, Diagnostic, Explanation, Failure, RuleError, TestResult):
    _public.__module__ = __name__
del _public

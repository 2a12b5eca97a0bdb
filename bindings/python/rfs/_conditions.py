"""A line of a decision's list of conditions."""

from typing import NamedTuple


class Condition(NamedTuple):
    """One condition of a decision, as it stands."""

    name: str
    """Its name in the rule file; "funding#1" for one without."""
    wanted: bool
    """Whether the decision wants it to hold; False under `not`."""
    holds: bool | None
    """Whether it holds; None while that is not known. JSON calls it `is`, a word that Python keeps for itself."""
    text: str
    """Its sentence in the rule file's words."""

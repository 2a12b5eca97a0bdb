"""What stands for a fact's value in other libraries, as a value of Python itself."""

import datetime
import decimal
import enum
import sys
from typing import Any


def simplify(value: object) -> object:
    """Return None, a bool, int, float, str, Decimal, date or datetime for the value, or the value where none stands for
    it. ValueError says in words for a diagnostic why one that could be read is not."""
    if isinstance(value, enum.Enum):
        return simplify(value.value)
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        if value is pandas.NA or value is pandas.NaT:
            return None
        if isinstance(value, pandas.Timestamp) and value.nanosecond != 0:
            raise ValueError(f"expected a day, found a time of {value.date()}")
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        return _of_numpy(value, numpy)
    if isinstance(value, datetime.datetime):
        return datetime.datetime(value.year, value.month, value.day, value.hour, value.minute, value.second,
                                 value.microsecond, value.tzinfo)
    if isinstance(value, datetime.date):
        return datetime.date(value.year, value.month, value.day)
    # Classes of the user's own, made from one of these.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and type(value) is not bool:
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, decimal.Decimal):
        return decimal.Decimal(value)
    return value


def _of_numpy(value: Any, numpy: Any) -> object:
    if isinstance(value, numpy.datetime64):
        if numpy.isnat(value):
            return None
        day, _, time = str(value).partition("T")
        if time.strip("0:."):
            raise ValueError(f"expected a day, found a time of {day}")
        try:
            return datetime.date.fromisoformat(day)
        except ValueError:
            raise ValueError(f"expected a day, found {day}") from None
    if isinstance(value, numpy.floating):
        # Of a float of 32 bits the shortest decimal is shorter than that of the same number in 64.
        nearest = float(str(value))
        if isinstance(value, numpy.longdouble) and value == value and numpy.longdouble(nearest) != value:
            raise ValueError(f"expected a float of 64 bits, found {value}")
        return nearest
    if isinstance(value, (numpy.bool_, numpy.integer, numpy.str_)):
        return value.item()
    return value

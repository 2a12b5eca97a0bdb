"""NumPy on the columns of integers, as whole columns or in blocks that stay in the cache."""

import numpy as np
from applicants import CAPS, EPOCH, LATEST_START, PLANS

LATEST = np.int32((LATEST_START - EPOCH).days)
THOROUGH = np.int8(PLANS.index("thorough"))
SHARES = np.array(list(CAPS.values()))
BLOCK = 8192


def prepare(applicants, form, threads):
    decide_columns = {"columns": whole, "blocks": in_blocks}[form]
    out = np.zeros(applicants.rows, bool), np.zeros(applicants.rows, np.int64)
    return decide_columns, applicants, out


def decide(data):
    decide_columns, applicants, out = data
    return decide_columns(applicants, *out)


def answers(result):
    return result


def whole(applicants, *_):
    share = SHARES[applicants.office]
    eligible = (applicants.since <= LATEST) & ((applicants.raised >= share) | (applicants.plan == THOROUGH))
    return eligible, np.minimum(applicants.requested, share) * eligible


def in_blocks(applicants, eligible, amount):
    share, flag = np.empty(BLOCK, np.int64), np.empty(BLOCK, bool)
    for begin in range(0, applicants.rows, BLOCK):
        part = slice(begin, min(begin + BLOCK, applicants.rows))
        length = part.stop - begin
        most, other, yes, money = share[:length], flag[:length], eligible[part], amount[part]
        SHARES.take(applicants.office[part], out=most, mode="clip")
        np.greater_equal(applicants.raised[part], most, out=yes)
        np.equal(applicants.plan[part], THOROUGH, out=other)
        np.logical_or(yes, other, out=yes)
        np.less_equal(applicants.since[part], LATEST, out=other)
        np.logical_and(yes, other, out=yes)
        np.minimum(applicants.requested[part], most, out=money)
        np.multiply(money, yes, out=money)
    return eligible, amount

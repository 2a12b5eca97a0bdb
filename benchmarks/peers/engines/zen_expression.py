"""zen-engine: one compiled expression, evaluated for each applicant. Its numbers are decimals."""

import zen
from applicants import LATEST_START, OFFICES, SHARE

CAP = "".join(f"office == '{office}' ? {SHARE * cost} : " for office, cost in OFFICES.items()) + "0"
# It has no months: days are given as numbers, 2017-04-24 as 20170424, and the last good one is worked out before.
RULE = (f"since <= {LATEST_START:%Y%m%d} and (raised >= ({CAP}) or plan == 'thorough')"
        f" ? [true, floor(min([requested, {CAP}]) * 100) / 100] : [false, 0]")


def prepare(applicants, form, threads):
    records = [{**one, "since": int(f"{one['since']:%Y%m%d}"), "raised": one["raised"] / 100,
                "requested": one["requested"] / 100} for one in applicants.records()]
    return zen.compile_expression(RULE), records


def decide(data):
    rule, records = data
    return [rule.evaluate(one) for one in records]


def answers(result):
    return [eligible for eligible, _ in result], [round(amount * 100) for _, amount in result]

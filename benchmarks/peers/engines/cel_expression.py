"""cel-expr-python (CEL in C++): one compiled expression, evaluated for each applicant. Cents in its 64-bit integers."""

from applicants import CAPS, LATEST_START
from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings

SHARES = ", ".join(f"'{office}': {cents}" for office, cents in CAPS.items())
# It has no months: days are given as numbers, 2017-04-24 as 20170424, and the last good one is worked out before.
RULE = (f"cel.bind(share, {{{SHARES}}}[office],"
        f" since <= {LATEST_START:%Y%m%d} && (raised >= share || plan == 'thorough')"
        " ? [true, requested < share ? requested : share] : [false, 0])")
TYPES = {"office": cel.Type.STRING, "since": cel.Type.INT, "raised": cel.Type.INT, "plan": cel.Type.STRING,
         "requested": cel.Type.INT}


def prepare(applicants, form, threads):
    environment = cel.NewEnv(variables=TYPES, extensions=[ext_bindings.ExtBindings()])
    activations = [environment.Activation({**one, "since": int(f"{one['since']:%Y%m%d}")})
                   for one in applicants.records()]
    return environment.compile(RULE), activations


def decide(data):
    rule, activations = data
    return [rule.eval(one).plain_value() for one in activations]


def answers(result):
    return [eligible for eligible, _ in result], [amount for _, amount in result]

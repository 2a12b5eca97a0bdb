"""datalogic-py: JSON Logic compiled by Rust, one call for a batch of documents that were read before."""

import json

import datalogic_py
from json_logic import rule


def prepare(applicants, form, threads):
    engine = datalogic_py.Engine()
    handles = [datalogic_py.DataHandle({**one, "since": int(f"{one['since']:%Y%m%d}"), "raised": one["raised"] / 100,
                                        "requested": one["requested"] / 100}) for one in applicants.records()]
    return engine.session(), engine.compile(rule()), handles


def decide(data):
    session, compiled, handles = data
    return session.evaluate_batch(compiled, handles)


def answers(result):
    rows = [json.loads(one) for one in result]
    return [eligible for eligible, _ in rows], [round(amount * 100) for _, amount in rows]

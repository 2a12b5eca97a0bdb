"""rfs from Python, one applicant at a time: dicts of text, as they come from a form."""

import rfs
from applicants import AS_OF, RULE_FILE


def prepare(applicants, form, threads):
    records = [{"office": one["office"], "on_ballot_since": one["since"].isoformat(),
                "raised": f"{one['raised'] // 100}.{one['raised'] % 100:02}", "plan": one["plan"],
                "requested": f"{one['requested'] // 100}.{one['requested'] % 100:02}"} for one in applicants.records()]
    return rfs.load(RULE_FILE).evaluate, AS_OF, records


def decide(data):
    evaluate, as_of, records = data
    result = []
    for one in records:
        funding = evaluate(one, as_of=as_of)["funding"]
        result.append((funding.status, funding.amount))
    return result


def answers(result):
    return [status == "eligible" for status, _ in result], [int(amount * 100) for _, amount in result]

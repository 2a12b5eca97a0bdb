"""The applicants as NDJSON, under the names of the rule file."""

import os


def write_ndjson(applicants):
    """Returns the path of the file, which is written where it is not there: a line an applicant, money in quotes."""
    path = applicants.folder / f"applicants-{applicants.rows}.ndjson"
    if not path.exists():
        part = path.with_suffix(".part")
        with open(part, "w") as out:
            for one in applicants.records():
                raised, requested = (f'"{one[name] // 100}.{one[name] % 100:02}"' for name in ("raised", "requested"))
                out.write(f'{{"office":"{one["office"]}","on_ballot_since":"{one["since"]}","raised":{raised},'
                          f'"plan":"{one["plan"]}","requested":{requested}}}\n')
        os.replace(part, path)
    return path

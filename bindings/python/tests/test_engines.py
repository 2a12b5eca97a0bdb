"""The examples that decide on Spark, DuckDB and polars give each row what evaluate_table() gives the whole table, and
the guide quotes them as they are."""

import datetime
import os
import random
import re
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet
import pytest
from conftest import FUNDING, ROOT

FOLDER = ROOT / "examples" / "python"
GUIDE = ROOT / "docs" / "how-to" / "decide-past-one-machine.md"
AS_OF = "2017-06-24"
ROWS, FILES = 30_000, 3
# Two workers, and a JVM that starts quickly: it ends before its better compiler would pay.
SPARK = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
         "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false pyspark-shell",
         "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@pytest.fixture(scope="module")
def applicants(tmp_path_factory):
    """Write applicants into files, of which some do not know all and some are refused; return the folder."""
    chance = random.Random(2017)
    offices = ["pta", "school_board", "city_council", "state_house", "state_senate", "mayor", None]
    start = datetime.date(2017, 1, 1)

    def money():
        return None if chance.random() < 0.1 else Decimal(chance.randrange(2_000_000)).scaleb(-2)

    columns = {"id": range(ROWS), "office": [chance.choice(offices) for _ in range(ROWS)],
               "on_ballot_since": [start + datetime.timedelta(chance.randrange(200)) for _ in range(ROWS)],
               "raised": [money() for _ in range(ROWS)],
               "plan": [chance.choice(["none", "draft", "thorough", None]) for _ in range(ROWS)],
               "requested": [money() for _ in range(ROWS)]}
    money_type = pa.decimal128(12, 2)
    types = [pa.int64(), pa.string(), pa.date32(), money_type, pa.string(), money_type]
    table = pa.table(columns, schema=pa.schema(zip(columns, types)))
    folder = tmp_path_factory.mktemp("applicants")
    for part in range(FILES):
        rows = table.slice(part * ROWS // FILES, ROWS // FILES)
        pa.parquet.write_table(rows, folder / f"{part}.parquet", row_group_size=4_000)
    return folder


@pytest.fixture(scope="module")
def expected(funding, applicants):
    result = funding.evaluate_table(pa.parquet.read_table(applicants), as_of=AS_OF, output=["unmet"], append=True)
    assert result.rows == ROWS and 0 < result.refused < ROWS
    assert all(count > 0 for count in result.statuses["funding"].values())
    return result.frame.to_pylist()


@pytest.mark.parametrize("name, pattern", [("spark", ""), ("duckdb", "*.parquet"), ("polars", "*.parquet")])
def test_same_rows(name, pattern, applicants, expected, tmp_path):
    target = tmp_path / "decisions"
    script = FOLDER / f"decide_on_{name}.py"
    done = subprocess.run([sys.executable, script, FUNDING, applicants / pattern, target, AS_OF],
                          env={**os.environ, **SPARK}, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    decided = pa.parquet.read_table(target)
    if name == "spark":
        assert len(list(target.glob("*.parquet"))) > 1, "one worker had all the rows"
        decided = decided.sort_by("id")  # of its files none is first
    rows = decided.to_pylist()
    assert len(rows) == len(expected)
    for row, other in zip(rows, expected):
        assert row == other


def test_the_guide_quotes_the_examples():
    quoted = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    sources = [path.read_text() for path in sorted(FOLDER.glob("*.py"))]
    assert len(quoted) == len(sources)
    for text in quoted:
        assert any(text in source for source in sources), text

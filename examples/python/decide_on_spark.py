"""Decide about the applicants in Parquet files on Spark: each worker decides about the rows that it has.

    python decide_on_spark.py RULES APPLICANTS DECISIONS DAY

APPLICANTS is a file or a folder; DECISIONS becomes a folder of the same rows with their results.
"""

import sys

import pyarrow
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

import rfs


def decide(applicants, rules, as_of):
    """Return a frame of Spark with its results."""
    def results(batch):
        return rules.evaluate_table(batch, as_of=as_of, output=["unmet"], append=True, threads=1).frame

    def decide_batches(batches):
        for batch in batches:
            yield from results(batch).cast(schema).to_batches()

    nobody = to_arrow_schema(applicants.schema).empty_table()
    schema = without_dictionaries(results(nobody).schema)
    return applicants.mapInArrow(decide_batches, from_arrow_schema(schema))


def without_dictionaries(schema):
    """Return a schema in which words are text, as Spark has them."""
    return pyarrow.schema([field.with_type(field.type.value_type) if pyarrow.types.is_dictionary(field.type) else field
                           for field in schema])


def main(rules, applicants, decisions, as_of):
    spark = SparkSession.builder.appName("rfs").getOrCreate()
    decide(spark.read.parquet(applicants), rfs.load(rules), as_of).write.parquet(decisions)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""rfs from Python over a table: Arrow with decimals, or frames as files give them: text, timestamps and doubles."""

import importlib

import pyarrow as pa
import rfs
from applicants import AS_OF, RULE_FILE
from arrow_table import arrow_table
from rfs_answers import of_arrow


def prepare(applicants, form, threads):
    rules = rfs.load(RULE_FILE)
    if not hasattr(rules, "evaluate_table"):
        raise ImportError(f"rfs {rfs.__version__} has no evaluate_table")
    if form.startswith("decimal"):
        return rules, arrow_table(applicants, getattr(pa, form)), threads
    frames = importlib.import_module(f"engines.{form}_frame")
    return rules, frames.frame(applicants, "doubles"), threads


def decide(data):
    rules, table, threads = data
    columns = {} if isinstance(table, pa.Table) else {"on_ballot_since": "since"}
    return rules.evaluate_table(table, as_of=AS_OF, columns=columns, threads=threads).frame


def answers(result):
    if isinstance(result, pa.Table):
        return of_arrow(result)
    if hasattr(result, "to_arrow"):
        return of_arrow(result.to_arrow())
    return of_arrow(pa.Table.from_pandas(result))

"""rfs from C++ over Arrow streams (native.cpp): dictionaries, date32 and decimal64 in, Arrow out."""

import ctypes
import os
from pathlib import Path

import pyarrow as pa
from applicants import AS_OF, EPOCH, RULE_FILE
from arrow_table import arrow_table
from rfs_answers import of_arrow


def prepare(applicants, form, threads):
    path = Path(os.environ["PEERS_BUILD"]) / "libpeers_rfs.so"
    if not path.exists():
        raise ImportError(f"{path.name} was not built")
    library = ctypes.CDLL(str(path))
    library.peers_load.restype = ctypes.c_void_p
    library.peers_evaluate.restype = ctypes.c_bool
    rules = ctypes.c_void_p(library.peers_load(str(RULE_FILE).encode()))
    if not rules:
        raise RuntimeError(f"{RULE_FILE.name} was refused")
    return library.peers_evaluate, rules, arrow_table(applicants), threads


def decide(data):
    evaluate, rules, table, threads = data
    given, found = ((ctypes.c_char * 40)(), (ctypes.c_char * 40)())  # two ArrowArrayStreams
    table.to_reader()._export_to_c(ctypes.addressof(given))
    if not evaluate(rules, given, ctypes.c_int32((AS_OF - EPOCH).days), ctypes.c_uint(threads), found):
        raise RuntimeError("the columns were refused")
    return pa.RecordBatchReader._import_from_c(ctypes.addressof(found)).read_all()


answers = of_arrow

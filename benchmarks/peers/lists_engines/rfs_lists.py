"""rfs from C++ (lists.cpp): a child table as it stands, or a column of lists; reading and joining it included."""

import ctypes
import os
from pathlib import Path

import numpy as np
import pyarrow as pa

HERE = Path(__file__).resolve().parents[1]


def prepare(columns, form, threads):
    library = ctypes.CDLL(str(Path(os.environ["PEERS_BUILD"]) / "libpeers_lists.so"))
    library.lists_load.restype = ctypes.c_void_p
    library.lists_evaluate.restype = ctypes.c_bool
    of_candidates = hasattr(columns, "donor")
    name = "contributions" if of_candidates else "household"
    rules = ctypes.c_void_p(library.lists_load(str(HERE / f"{name}.rules.json").encode()))
    if not rules:
        raise RuntimeError(f"{name}.rules.json was refused")
    items = items_of(columns)
    if of_candidates:
        if form == "sorted":
            items = items.sort_by("candidate").combine_chunks()
        given = pa.table({"id": pa.array(np.arange(len(columns.requested), dtype="<i4")),
                          "requested": money(columns.requested)})
        names = [b"id", b"contributions", b"candidate"]
    else:
        given = pa.table({"id": pa.array(np.arange(len(columns.rent), dtype="<i4")), "rent": money(columns.rent)})
        names = [b"id", b"members", b"household"]
        if form == "lists":
            fields = items.drop_columns("household")
            begins = np.concatenate(([0], np.cumsum(columns.sizes))).astype("<i4")
            struct = pa.StructArray.from_arrays([one.combine_chunks() for one in fields.columns], fields.column_names)
            given = given.drop_columns("id").append_column("members", pa.ListArray.from_arrays(begins, struct))
            items = None
    return library.lists_evaluate, rules, given, items, names, threads


def decide(data):
    evaluate, rules, given, items, (key, fact, item_key), threads = data
    streams = [(ctypes.c_char * 40)() for _ in range(3)]  # ArrowArrayStreams
    given.to_reader()._export_to_c(ctypes.addressof(streams[0]))
    if items is not None:
        items.to_reader()._export_to_c(ctypes.addressof(streams[1]))
    if not evaluate(rules, streams[0], key, fact, None if items is None else streams[1], item_key,
                    ctypes.c_uint(threads), streams[2]):
        raise RuntimeError("the columns were refused")
    return pa.RecordBatchReader._import_from_c(ctypes.addressof(streams[2])).read_all()


def answers(table):
    out = {}
    for name in table.column_names:
        column = table[name]
        if name.endswith("_status"):
            out["eligible"] = column.cast(pa.string()).to_numpy() == "eligible"
        elif name.endswith("_amount"):
            out["cents"] = cents(column)
        elif pa.types.is_decimal(column.type):
            out[name] = cents(column) if name in ("counted", "income") else column.cast(pa.int64()).to_numpy()
        elif name != "error":
            out[name] = column.to_numpy()
    return out


def items_of(columns):
    """Returns the rows of the child table: whole numbers of 32 bits, decimal64, bools."""
    if hasattr(columns, "donor"):
        return pa.table({"candidate": columns.candidate, "donor": columns.donor, "amount": money(columns.amount),
                         "district": columns.district})
    return pa.table({"household": columns.household, "age": columns.age, "earned": money(columns.income),
                     "disabled": columns.disabled, "student": columns.student})


def money(amounts):
    return pa.Array.from_buffers(pa.decimal64(18, 2), len(amounts), [None, pa.py_buffer(amounts)])


def cents(column):
    """Returns the low half of each 128 bits, or -1 of what is null."""
    whole = column.cast(pa.decimal128(38, 2)).combine_chunks()
    low = np.frombuffer(whole.buffers()[1], "<i8")[::2][whole.offset:whole.offset + len(whole)]
    return np.where(whole.is_null().to_numpy(zero_copy_only=False), -1, low)

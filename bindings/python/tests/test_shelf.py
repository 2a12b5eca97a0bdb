"""Folders of rule files of one name, each for days of its own."""

import datetime
import json
import pickle

import pytest

import rfs

EARLY = """{
  "rfs": 1, "rules": "town/grant", "version": "2017.1", "currency": "USD", "effective": { "until": "2018-07-01" },
  "facts": { "raised": { "type": "money" }, "resident": { "type": "bool" },
             "office": { "type": "choice", "of": ["board", "house"] } },
  "definitions": { "lives_here": { "value": "resident or office = 'house'", "title": "Lives here" } },
  "decisions": { "grant": { "eligible": "lives_here", "amount": "raised", "round": "down to 0.01 USD" } }
}"""
LATE = """{
  "rfs": 1, "rules": "town/grant", "version": "2018.1", "currency": "USD",
  "effective": { "from": "2018-07-01", "until": "2020-01-01" },
  "facts": { "raised": { "type": "money" }, "donors": { "type": "integer", "min": 0 },
             "office": { "type": "choice", "of": ["board", "house", "senate"] } },
  "definitions": { "supported": { "value": "donors >= 10 and office != 'senate'", "title": "Has ten donors" },
                   "known": { "value": "raised >= 100 USD", "title": "Raised $100.00" } },
  "decisions": { "grant": { "eligible": "supported", "amount": "raised / 8", "round": "down to 0.001 USD" },
                 "visit": { "eligible": "known" } }
}"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2018.rules.json").write_text(LATE)
    (tmp_path / "b.rules.json").write_text(EARLY)
    (tmp_path / "readme.txt").write_text("not rules")
    return tmp_path


@pytest.fixture
def shelf(folder):
    return rfs.load(folder)


def code(raised):
    return [one.code for one in raised.value.diagnostics if one.severity == "error"]


def test_a_folder_is_a_shelf(folder, shelf):
    assert type(shelf) is rfs.Shelf
    assert shelf.name == "town/grant"
    assert [file.version for file in shelf.files] == ["2017.1", "2018.1"]
    assert [file.path for file in shelf.files] == [str(folder / "b.rules.json"), str(folder / "2018.rules.json")]
    day = datetime.date
    assert shelf.windows == ((day(1900, 1, 1), day(2018, 6, 30)), (day(2018, 7, 1), day(2019, 12, 31)))
    assert shelf.decisions == ("grant", "visit")
    assert list(shelf.facts) == ["raised", "resident", "office", "donors"]
    assert shelf.facts["office"] == "choice of board, house, senate"
    assert shelf.findings == []


def test_the_file_of_the_day(shelf):
    assert shelf.at("2018-06-30") is shelf.files[0]
    assert shelf.at(datetime.date(2018, 7, 1)) is shelf.files[1]
    with pytest.raises(rfs.RuleError, match="hold from 1900-01-01 to 2019-12-31, not on 2020-01-01") as raised:
        shelf.at("2020-01-01")
    assert code(raised) == ["RFS606"]
    with pytest.raises(rfs.RuleError) as raised:
        shelf.at("July")
    assert code(raised) == ["RFS610"]


def test_one_applicant(shelf):
    out = shelf.evaluate({"raised": "100.00"}, resident=True, as_of="2018-06-30")
    assert out.rules is shelf.files[0] and str(out["grant"].amount) == "100.00"
    out = shelf.evaluate(raised=100.0, donors=10, office="board", as_of="2018-07-01")
    assert out.rules is shelf.files[1] and str(out["grant"].amount) == "12.50"
    assert shelf.evaluate(resident=True, as_of="2018-07-01").refused  # a fact of the other file
    assert "Has ten donors" in shelf.explain(donors=3, as_of="2018-07-01").text()
    with pytest.raises(rfs.RuleError):
        shelf.evaluate(as_of="2020-01-01")


def rows():
    return {"id": [1, 2, 3, 4, 5, 6],
            "day": ["2018-07-01", "2018-06-30", "2020-01-01", "2019-12-31", None, "2017-01-01"],
            "raised": ["100.00", "100.00", "100.00", "80.00", "100.00", "50.00"],
            "resident": [None, True, True, False, True, False],
            "donors": [10, 10, 10, 3, 10, None],
            "office": ["board", "board", "board", "senate", "board", "senate"]}


def test_a_table_by_a_column_of_days(shelf):
    polars = pytest.importorskip("polars")
    table = shelf.evaluate_table(polars.DataFrame(rows()), as_of="day", output=["definitions"])
    frame = table.frame.to_dict(as_series=False)
    assert list(frame) == ["grant_status", "grant_amount", "lives_here", "visit_status", "supported", "known", "error"]
    assert frame["grant_status"] == ["eligible", "eligible", "refused", "ineligible", "refused", "refused"]
    assert [str(one) for one in frame["grant_amount"]] == ["12.500", "100.000", "None", "0.000", "None", "None"]
    assert frame["visit_status"] == ["eligible", None, "refused", "ineligible", "refused", None]
    assert frame["lives_here"] == [None, True, None, None, None, None]
    assert frame["supported"] == [True, None, None, False, None, None]
    assert frame["error"][2].startswith("RFS606: the files of `town/grant` hold from 1900-01-01 to 2019-12-31, not on 2020")
    assert frame["error"][4].startswith("RFS610")
    assert frame["error"][5].startswith("RFS605: `office`")  # an option of the other file
    assert (table.rows, table.refused, table.rules) == (6, 3, shelf)
    assert table.statuses == {"grant": {"eligible": 2, "ineligible": 1, "undetermined": 0, "refused": 3},
                              "visit": {"eligible": 1, "ineligible": 1, "undetermined": 0, "refused": 2}}
    assert table.unmet == {"grant": {"lives_here": 0, "supported": 1}, "visit": {"known": 1}}
    assert table.errors == {"RFS605": 1, "RFS606": 1, "RFS610": 1}
    assert [one.code for one in table.notes] == ["RFS614"] and "`id`" in table.notes[0].message
    assert "rfs.TableOutcome of town/grant: 6 rows" in repr(table) and "town/grant" in table._repr_html_()


def test_every_row_as_its_file_decides_it(shelf):
    polars = pytest.importorskip("polars")
    count = 10_000
    first = datetime.date(2017, 1, 1)
    frame = polars.DataFrame({
        "day": [first + datetime.timedelta(days=i * 7919 % 1095) for i in range(count)],
        "raised": [f"{i * 31 % 200}.{10 + i % 90}" for i in range(count)],
        "resident": [[True, False, None][i % 3] for i in range(count)],
        "donors": [[9, 10, None, 11][i // 3 % 4] for i in range(count)],
        "office": [["board", "house", None][i // 12 % 3] for i in range(count)]})
    options = {"as_of": "day", "output": ["least", "most", "unmet", "needed"], "unmet": "text"}
    decided = shelf.evaluate_table(frame, **options).frame
    for file, (begin, end) in zip(shelf.files, shelf.windows):
        own = (frame["day"] >= begin) & (frame["day"] <= end)
        alone = file.evaluate_table(frame.filter(own), **options).frame
        assert alone.height > count / 4
        both = decided.filter(own).select(alone.columns)
        for name in alone.columns:
            assert both[name].to_list() == alone[name].to_list(), name
        for name in set(decided.columns) - set(alone.columns):
            assert decided.filter(own)[name].null_count() == alone.height


def test_pandas_arrow_append_and_readers(shelf):
    pyarrow, pandas = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    frame = pandas.DataFrame(rows(), index=list("abcdef"))
    out = shelf.evaluate_table(frame, as_of="day", append=True).frame
    assert list(out.index) == list("abcdef") and list(out.columns[:6]) == list(rows())
    assert list(out["grant_status"]) == ["eligible", "eligible", "refused", "ineligible", "refused", "refused"]
    reader = pyarrow.table(rows()).to_reader(max_chunksize=2)
    table = shelf.evaluate_table(reader, as_of="day")
    assert table.frame.read_all()["visit_status"].to_pylist() == ["eligible", None, "refused", "ineligible", "refused", None]
    assert table.rows == 6


def test_a_table_on_one_day(shelf):
    pyarrow = pytest.importorskip("pyarrow")
    data = pyarrow.table(rows()).drop_columns(["day", "office"])
    table = shelf.evaluate_table(data, as_of="2018-06-30", unknown=["office"])
    assert table.frame.column_names == ["grant_status", "grant_amount", "error"]
    assert list(table.statuses) == ["grant"]
    with pytest.raises(rfs.RuleError, match="RFS606"):
        shelf.evaluate_table(data, as_of="2020-01-01", unknown=["office"])


def test_facts_of_any_file_are_named(shelf):
    pyarrow = pytest.importorskip("pyarrow")
    data = pyarrow.table(rows()).drop_columns(["donors"])
    with pytest.raises(rfs.RuleError, match="no column for the fact `donors`"):
        shelf.evaluate_table(data, as_of="day")
    table = shelf.evaluate_table(data, as_of="day", unknown=["donors"])
    assert table.statuses["grant"]["undetermined"] == 1
    with pytest.raises(rfs.RuleError) as raised:
        shelf.evaluate_table(data, as_of="day", unknown=["donor"])
    assert code(raised).count("RFS601") == 1


def test_files_that_are_no_shelf(folder):
    overlap = rfs.loads(EARLY.replace("2018-07-01", "2018-07-02"), "overlap")
    late, early = rfs.loads(LATE, "late"), rfs.loads(EARLY, "early")
    for files, wanted in (([overlap, late], ["RFS707"]), ([early, early], ["RFS707"]),
                          ([early, rfs.loads(LATE.replace("town/grant", "town/loan"), "loan")], ["RFS709"]),
                          ([early, rfs.loads(LATE.replace('"money"', '"money", "max": "9.00"').replace(
                              '"integer", "min": 0', '"number"').replace("donors", "resident"), "types")], ["RFS708"])):
        with pytest.raises(rfs.RuleError) as raised:
            rfs.Shelf(files)
        assert code(raised) == wanted
    with pytest.raises(ValueError, match="at least one"):
        rfs.Shelf([])
    assert [file.version for file in rfs.Shelf([late, early]).files] == ["2017.1", "2018.1"]
    (folder / "b.rules.json").write_text(EARLY.replace("2018-07-01", "2018-06-30"))
    assert [one.code for one in rfs.load(folder).findings] == ["RFS807"]
    assert [one.code for one in rfs.check(folder)] == ["RFS807"]
    (folder / "c.rules.json").write_text("{")
    with pytest.raises(rfs.RuleError, match="c.rules.json"):
        rfs.load(folder)
    with pytest.raises(rfs.RuleError, match="RFS702"):
        rfs.load(folder.parent)


def test_pickles_and_shows(folder, shelf):
    again = pickle.loads(pickle.dumps(shelf))
    assert [file.digest for file in again.files] == [file.digest for file in shelf.files]
    assert again.at("2018-07-01").version == "2018.1"
    assert repr(shelf) == (f"<rfs.Shelf town/grant; decides grant, visit by\n"
                           f"  from 1900-01-01 to 2018-06-30: {folder / 'b.rules.json'}, version 2017.1\n"
                           f"  from 2018-07-01 to 2019-12-31: {folder / '2018.rules.json'}, version 2018.1>")
    assert "town/grant" in shelf._repr_html_()


def test_a_child_table_by_the_fields_that_each_file_declares():
    polars = pytest.importorskip("polars")
    fields = {"amount": "money"}
    early = rfs.loads(json.dumps({
        "rfs": 1, "rules": "gifts", "currency": "USD", "effective": {"until": "2018-07-01"},
        "facts": {"gifts": {"type": "list", "fields": {**fields, "local": "bool"}}},
        "definitions": {"total": "sum(gifts[local].amount)"},
        "decisions": {"grant": {"eligible": "total >= 10 USD", "amount": "max(0 USD, total)", "round": "none"}}}), "early")
    late = rfs.loads(json.dumps({
        "rfs": 1, "rules": "gifts", "currency": "USD", "effective": {"from": "2018-07-01"},
        "facts": {"gifts": {"type": "list", "fields": {**fields, "donor": "text"}}},
        "definitions": {"donors": "count(distinct(gifts.donor))"},
        "decisions": {"grant": {"eligible": "donors >= 2", "amount": "10 USD * donors", "round": "none"}}}), "late")
    shelf = rfs.Shelf([late, early])
    people = polars.DataFrame({"id": [1, 2, 3], "day": ["2018-06-30", "2018-07-01", "2018-07-01"]})
    gifts = polars.DataFrame({"who": [1, 2, 1, 2], "amount": [10, 20, 30, 40], "local": [True, False, False, True],
                              "donor": ["ann", "bo", "cy", "di"], "other": [0, 0, 0, 0]})
    table = shelf.evaluate_table(people, as_of="day", key="id", lists={"gifts": (gifts, "who")})
    assert table.frame["grant_status"].to_list() == ["eligible", "eligible", "ineligible"]
    assert [str(one) for one in table.frame["grant_amount"]] == ["10.00", "20.00", "0.00"]
    on_one_day = shelf.evaluate_table(people, as_of="2018-07-01", key="id", lists={"gifts": (gifts, "who")})
    assert on_one_day.frame["grant_status"].to_list() == ["eligible", "eligible", "ineligible"]
    with pytest.raises(rfs.RuleError, match="RFS615"):
        shelf.evaluate_table(people.head(1), as_of="day", key="id", lists={"gifts": (gifts, "who")})
    with pytest.raises(rfs.RuleError) as raised:
        shelf.evaluate_table(people, as_of="day", key="id", lists={"gift": (gifts, "who")})
    assert code(raised) == ["RFS601", *code(raised)[1:]] and "did you mean `gifts`?" in str(raised.value)

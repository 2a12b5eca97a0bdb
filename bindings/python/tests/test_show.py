"""How objects look in a terminal and in a notebook: all that a stranger wrote is escaped."""

import html.parser
import inspect
import pydoc

import pytest

import rfs

HOSTILE = """{"rfs": 1, "rules": "hostile", "version": "<script>v</script>", "title": "<script>t</script>", "facts": {
  "note": {"type": "text", "ask": "<script>a</script>"}, "yes": {"type": "bool", "title": "<b>'{note}'</b>"},
  "amount": {"type": "number", "default": "3"}},
  "decisions": {"d": {"title": "<script>d</script>", "eligible": "yes and note = '<script>x</script>' and amount > 2"}}}"""
ALLOWED = {"table", "tr", "td", "th", "p", "b", "code", "ul", "li", "br", "pre"}


class Tags(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.text = [], set(), ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def hostile():
    return rfs.loads(HOSTILE)


@pytest.mark.parametrize("facts", [{}, {"note": "<script>n</script>", "yes": True}, {"yes": False}, {"yes": "<script>"},
                                   {"<script>": 1}], ids=repr)
def test_html_is_escaped(hostile, facts):
    out = hostile.evaluate(facts, as_of="2020-01-01")
    for shown in (hostile, out, out["d"], out.explain(), *out.problems):
        tags = Tags(shown._repr_html_())
        assert tags.seen <= ALLOWED
        assert tags.seen and tags.text


def test_html_of_an_explanation_tells_what_its_text_does(funding, applicant):
    why = funding.explain(applicant, as_of="2017-06-24")
    shown = Tags(why._repr_html_()).text
    for words in ("Run for Something candidate funding", "eligible", "$150.00", "Raised 15% of the average cost", "plan = draft",
                  "average_cost[school_board]", "1 January 2017", "min(requested, cap_share * race_cost), rounded down to 0.01 USD",
                  "cap_share = 15%"):
        assert words in shown and words in str(why)


def test_html_tells_which_rows_of_a_table_gave_an_amount():
    rules = rfs.loads("""{ "rfs": 1, "rules": "tiers", "currency": "USD",
      "facts": { "n": { "type": "integer", "min": 0, "max": 9 } },
      "definitions": { "grant": { "table": { "hit": "collect sum", "inputs": ["n"], "gives": "money",
        "rows": [[">= 1", "5 USD"], [">= 2", "7 USD"]] } } },
      "decisions": { "d": { "eligible": "n < 9", "amount": "grant", "round": "none" } } }""")
    for n, rows in ((0, "$0.00, by no row"), (1, "$5.00, by row 1"), (2, "$12.00, by rows 1, 2")):
        why = rules.explain(n=n, as_of="2020-01-01")
        assert f"grant = {rows} of its table" in Tags(why._repr_html_()).text and f"grant = {rows} of its table" in str(why)
    (decision,) = why.to_dict()["decisions"]
    assert [step.get("rows") for step in decision["steps"]] == [[1, 2], None]


def test_repr(funding, applicant):
    assert repr(funding).startswith("<rfs.Rules run-for-something/funding, version 2017-04-24; decides funding from\n  office: choice")
    out = funding.evaluate(applicant, as_of="2017-06-24")
    assert repr(out) == "<rfs.Outcome of run-for-something/funding as of 2017-06-24\n  funding: eligible, $150.00>"
    assert repr(out["funding"]) == "<rfs.Decision funding: eligible, 150.00 (waited, raised_enough)>"
    assert repr(out.explain()) == str(out.explain()).rstrip("\n")
    open_ = funding.evaluate({"office": "pta"}, as_of="2017-06-24")["funding"]
    assert repr(open_) == ("<rfs.Decision funding: undetermined, 0.00 to 30.00 "
                           "(needed: on_ballot_since, raised, plan, requested)>")


def test_help():
    for name in rfs.__all__:
        if name == "__version__":
            continue
        public = getattr(rfs, name)
        assert inspect.getdoc(public), name
        assert public.__module__.startswith("rfs"), name
        for member, value in vars(public).items() if inspect.isclass(public) else ():
            if not member.startswith("_") and callable(value) or isinstance(value, property):
                assert inspect.getdoc(value), f"{name}.{member}"
    assert "evaluate(self, facts=None, /, *, as_of, floats='exact', **given)" in pydoc.plain(pydoc.render_doc(rfs.Rules))

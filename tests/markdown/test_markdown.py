"""What `rfs explain --format markdown` makes of texts of strangers, read by a renderer that knows CommonMark, HTML, the
tables and struck text of GitHub, and bare addresses: the page must have the parts that it has for plain words, and
show every text as it was written."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from command import RFS, environment  # noqa: E402

SECONDS = 60
DAY = "2024-05-06"
PLAIN = "plain words"
HOSTILE = [
    "<script>alert(1)</script>", "<b>bold</b>", "<!-- away", "</td></table>", "<img src=x onerror=y>",
    "<https://x.org>", "&lt;&amp;&#60;", "[a](https://x.org)", "![a](x.png)", "[a]: /x", "[a][b]", "[ ] a", "[x] a",
    "https://x.org/a", "http://localhost", "//x.org/a", "ftp://x.org", "mailto:a@x.org", "www.x.org", "www.1.org",
    "x.org", "a@x.org", "*a* **b** ***c***", "_a_ __b__", "~~a~~", "~a~", "`a`", "```", "``` a", "a ``b`` `c", "# a",
    "#", "a #", "> a", "- a", "+ a", "* a", "-", "1. a", "1) a", "007.", "===", "---", "***", "| a | b |", "a|b",
    "\\", "a\\", "\\*a*", "a  ", "    a", "$a$", "$$a$$", "!", "a\n\n# b", "a\r\n- b", "a\tb", "\t\ta", "a\u2028# b",
    "a\u00a0- a", "\x1b[31mred\x1b[0m", "\x7f\x85# a", "é.org", "中.com", "<<<>>>", "]]>", "<?php ?>", "a&b;c", ":::",
    ":smile:",
]
OPTIONS = ["plain", "1. a", "-", "- a", "_a_", "__a__", "x.org", "www.x.org", "a_b_c"]


def escaped(text):
    """Doubles braces: in a text of a rule file they would open a hole."""
    return text.replace("{", "{{").replace("}", "}}")


def rules(text, option):
    written = escaped(text)
    return {
        "rfs": 1, "rules": "test/markdown", "version": text, "title": written, "currency": "USD",
        "effective": {"from": "2020-01-01"},
        "sources": {"act": {"title": text}},
        "facts": {"name": {"type": "text", "ask": written},
                  "kind": {"type": "choice", "of": ["other", option], "default": option},
                  "open": {"type": "bool", "title": written, "ask": written, "given_by": "staff"}},
        "parameters": {"most": {"type": "money", "by": ["kind"], "values": [
            {"from": "2020-01-01", "value": {"*": "5.00", option: {"value": "9.00", "source": "act"}}}]},
                       "off": {"type": "bool", "by": ["kind"], "values": [
                           {"from": "2020-01-01", "value": {"*": None}}]}},
        "definitions": {"known": {"value": "name = 'x'", "title": written, "met": "{name}", "unmet": "{name}"},
                        "kept": {"value": f"kind = '{option}'", "title": written, "met": "{kind} " + written,
                                 "unmet": written}},
        "decisions": {"help": {"title": written, "eligible": "known and kept and open", "amount": "most[kind]",
                               "round": "none", "met": "{name}", "unmet": "{name}"},
                      "later": {"title": written, "eligible": "off[kind] and kept"}},
    }


def skeleton(tokens):
    """Returns the parts of a page without their words."""
    out = []
    for token in tokens:
        if token.type not in ("text", "inline"):
            out.append((token.type, token.tag, token.markup if token.type != "code_inline" else ""))
        out += skeleton(token.children or [])
    return out


def words(tokens):
    return "".join("\n" if token.type in ("softbreak", "hardbreak") else words(token.children) if token.children else
                   token.content + "\n" * (token.nesting == -1) for token in tokens)


def in_one_line(text):
    """Blanks are not kept, and what steers a terminal is a blank."""
    return "".join(" " if ord(one) < 32 or 127 <= ord(one) < 160 else one for one in text)


def spaced(text):
    return " ".join(filter(None, text.replace("\n", " ").split(" ")))


class Markdown(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rfs-markdown-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def page(self, text, option, **facts):
        """Returns the page, rendered, for rules and an applicant with a text in every place."""
        rule_file, given = self.folder / "a.rules.json", self.folder / "facts.json"
        rule_file.write_text(json.dumps(rules(text, option)), encoding="utf-8")
        given.write_text(json.dumps(facts), encoding="utf-8")
        done = subprocess.run([RFS, "explain", rule_file, "--facts", given, "--as-of", DAY, "--format", "markdown"],
                              capture_output=True, env=environment(), timeout=SECONDS, check=False)
        self.assertNotIn(done.returncode, (1, 2), done.stderr)
        self.assertNotEqual(done.stdout, b"", done.stderr)
        return MarkdownIt("gfm-like", {"html": True}).parse(done.stdout.decode("utf-8"))

    def compare(self, hostile, option, shown, text=PLAIN, **facts):
        harmless = {name: PLAIN if value == hostile else value for name, value in facts.items()}
        plain = self.page(PLAIN, "plain", **harmless)
        page = self.page(text, option, **facts)
        self.assertEqual(skeleton(page), skeleton(plain))
        self.assertGreaterEqual(spaced(words(page)).count(spaced(in_one_line(hostile))), shown)

    def test_an_applicant(self):
        """Texts of the file and of the applicant: of an ineligible, an open and a refused one."""
        for text in HOSTILE:
            with self.subTest(text=text, page="ineligible"):
                self.compare(text, "plain", 9, text, name=text, open=True)
            with self.subTest(text=text, page="open"):
                self.compare(text, "plain", 8, text, name="x")
            with self.subTest(text=text, page="refused"):
                self.compare(text, "plain", 1, text, name="x", open=text)

    def test_options(self):
        for option in OPTIONS:
            with self.subTest(option=option):
                self.compare(option, option, 4, name="x", open=True)

    def test_the_renderer_sees_markup(self):
        """Most of what is tried here is markup where it is not escaped; the rest is markup elsewhere."""
        markdown = MarkdownIt("gfm-like", {"html": True})
        plain = skeleton(markdown.parse(PLAIN))
        self.assertGreater(sum(skeleton(markdown.parse(text)) != plain for text in HOSTILE), len(HOSTILE) // 2)


if __name__ == "__main__":
    unittest.main()

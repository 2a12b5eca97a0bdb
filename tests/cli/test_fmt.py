"""rfs fmt: one layout for each file, which is its own layout and means the same."""

import json
import re
import subprocess
from pathlib import Path

from command import BROKEN, DONE, GIVEN, INVALID, NOT_PASSED, ROOT, RULES, CommandTest, parse_json


def sources():
    """Rule files and test files of the repository, by what they are expected to be: good ones and all others."""
    found = [path for folder in ("rules", "examples", "tests", "docs") for ending in ("rules", "tests")
             for path in sorted((ROOT / folder).rglob(f"*.{ending}.json"))]
    good = [path for path in found if "bad" not in path.parts]
    return good, [path for path in found if "bad" in path.parts]


def squeezed(value):
    """The value with blanks of its strings taken away: all that the layout of an expression may change."""
    if isinstance(value, dict):
        return [(key, squeezed(part)) for key, part in value.items()]
    if isinstance(value, list):
        # An expression's lines: where a blank line goes, one line fewer remains.
        return [part for part in (squeezed(part) for part in value) if part != ""]
    return re.sub(r"\s", "", value) if isinstance(value, str) else value


def without(text, *keys):
    """A JSON text without what may change with the layout."""
    def strip(value):
        if isinstance(value, dict):
            return {key: strip(part) for key, part in value.items() if key not in keys}
        return [strip(part) for part in value] if isinstance(value, list) else value
    return strip(json.loads(text))


class Layout(CommandTest):
    def laid_out(self, text, name="a.rules.json"):
        self.write(name, text)
        self.run_rfs("fmt", name, code=DONE)
        return (self.folder / name).read_text(encoding="utf-8")

    def test_a_file_is_written_and_named(self):
        done = self.run_rfs("fmt", "half.rules.json", code=DONE)
        self.assertEqual((done.out, done.err), ("half.rules.json\n", "1 file, 1 laid out anew\n"))
        done = self.run_rfs("fmt", "half.rules.json", code=DONE)
        self.assertEqual((done.out, done.err), ("", "1 file, 0 laid out anew\n"))

    def test_what_it_looks_like(self):
        text = ('{"rfs":1,"rules":"a/b","facts":{"x":{"type":"bool"},"y":{"type":"integer","min":0,"max":9}},\r\n'
                '"decisions":{"d":{"eligible":"x  and( y>=-1 )","title":"A  B { y +1 }"}}}')
        self.assertEqual(self.laid_out(text), """{
  "rfs": 1,
  "rules": "a/b",
  "facts": {
    "x": { "type": "bool" },
    "y": { "type": "integer", "min": 0, "max": 9 }
  },
  "decisions": {
    "d": { "eligible": "x and (y >= -1)", "title": "A  B { y +1 }" }
  }
}
""")

    def test_lines_of_expressions_stay(self):
        text = RULES.replace('"is_member and a_trip and enough"', '["is_member  and", "  a_trip and", "  enough"]')
        self.assertIn('"eligible": [\n        "is_member and",\n        "  a_trip and",\n        "  enough"\n      ]',
                      self.laid_out(text))

    def test_numbers_strings_and_the_order_of_keys_stay(self):
        text = RULES.replace('"rfs": 1, "rules": "test/half", "title": "Half"',
                             '"title": "H\\u00e4lf \\/", "note": [1.50, 1e3, -0], "rules": "test/half", "rfs": 1')
        out = self.laid_out(text)
        self.assertIn('"title": "H\\u00e4lf \\/",\n  "note": [1.50, 1e3, -0],\n', out)
        self.assertIn('\n  "rules": "test/half",\n  "rfs": 1,', out)

    def test_test_files(self):
        text = '{"rfs":1,"rules":"half.rules.json","tests":[{"name":"a","as_of":"2024-05-06","facts":{},"expect":{}}]}'
        self.assertEqual(self.laid_out(text, "half.tests.json"), """{
  "rfs": 1,
  "rules": "half.rules.json",
  "tests": [
    { "name": "a", "as_of": "2024-05-06", "facts": {}, "expect": {} }
  ]
}
""")

    def test_deep_and_wide(self):
        deep = "[" * 50 + "]" * 50
        out = self.laid_out(RULES.replace('"version"', f'"note": {deep}, "x-wide": "{"w" * 500}", "version"'))
        self.assertIn(deep, out)
        self.run_rfs("check", "a.rules.json", code=DONE)

    def test_permissions_and_links_stay(self):
        path = self.folder / "half.rules.json"
        path.chmod(0o640)
        (self.folder / "link.rules.json").symlink_to("half.rules.json")
        self.run_rfs("fmt", "link.rules.json", code=DONE)
        self.assertTrue((self.folder / "link.rules.json").is_symlink())
        self.assertEqual(path.stat().st_mode & 0o777, 0o640)
        self.run_rfs("fmt", "--check", "half.rules.json", code=DONE)


class Check(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("good.rules.json", RULES)
        self.run_rfs("fmt", "good.rules.json", code=DONE)

    def test_check_writes_nothing(self):
        done = self.run_rfs("fmt", "--check", ".", code=NOT_PASSED)
        self.assertEqual((done.out, done.err), ("half.rules.json\n", "2 files, 1 would be laid out anew\n"))
        self.assertEqual((self.folder / "half.rules.json").read_text(encoding="utf-8"), RULES)
        self.run_rfs("fmt", "--check", "good.rules.json", code=DONE)

    def test_a_difference_can_be_applied(self):
        for lines in (0, 1, 40):  # also with much or nothing in common around it
            with self.subTest(lines=lines):
                notes = "".join(f'\n  "x-{line}": {line},' for line in range(lines))
                text = RULES.replace("{", "{" + notes, 1).rstrip("\n") + ("\n" if lines else "")
                self.write("half.rules.json", text)
                done = self.run_rfs("fmt", "--diff", "half.rules.json", "good.rules.json", code=NOT_PASSED)
                self.assertTrue(done.out.startswith("--- half.rules.json\n+++ half.rules.json\n@@ -"), done.out)
                self.assertEqual((self.folder / "half.rules.json").read_text(encoding="utf-8"), text)
                self.write("wanted.rules.json", text)
                self.run_rfs("fmt", "wanted.rules.json", code=DONE)
                patched = subprocess.run(["git", "apply", "-p0", "-"], cwd=self.folder, input=done.raw,
                                         capture_output=True, check=False)
                self.assertEqual(patched.returncode, 0, patched.stderr)
                self.assertEqual((self.folder / "half.rules.json").read_bytes(),
                                 (self.folder / "wanted.rules.json").read_bytes())

    def test_check_with_a_difference(self):
        done = self.run_rfs("fmt", "--check", "--diff", ".", code=NOT_PASSED)
        self.assertIn("+++ half.rules.json\n", done.out)
        self.assertEqual(self.run_rfs("fmt", "--diff", "good.rules.json", code=DONE).out, "")

    def test_a_long_file_without_a_common_line(self):
        text = RULES.replace("{", "{" + "".join(f' "x-{n}": [{n}],\n\n' for n in range(5000)), 1)
        self.write("half.rules.json", text)
        done = self.run_rfs("fmt", "--diff", "half.rules.json", code=NOT_PASSED)
        patched = subprocess.run(["git", "apply", "-p0", "-"], cwd=self.folder, input=done.raw, capture_output=True,
                                 check=False)
        self.assertEqual(patched.returncode, 0, patched.stderr)
        self.run_rfs("fmt", "--check", "half.rules.json", code=DONE)


class Wrong(CommandTest):
    def test_rules_that_are_wrong_are_laid_out_all_the_same(self):
        self.write("bad.rules.json", BROKEN)
        self.run_rfs("fmt", "bad.rules.json", code=DONE)
        self.run_rfs("fmt", "--check", "bad.rules.json", code=DONE)

    def test_texts_that_cannot_be_read_stay(self):
        for name, text, code in (("a.rules.json", RULES[:-9], "RFS003"), ("b.rules.json", "{,}", "RFS002"),
                                 ("c.rules.json", RULES.replace("cost > 10", "cost > > 10"), "RFS202"),
                                 ("d.tests.json", '{"rfs":1,"rfs":1}', "RFS004"), ("e.rules.json", b"\xff", "RFS001")):
            with self.subTest(name=name):
                self.write(name, text)
                before = (self.folder / name).read_bytes()
                done = self.run_rfs("fmt", name, "half.rules.json", code=INVALID)
                self.assertIn(f"error[{code}]", done.err)
                self.assertEqual((self.folder / name).read_bytes(), before)
                # The others are laid out.
                self.run_rfs("fmt", "--check", "half.rules.json", code=DONE)
                self.assertIn(f"error[{code}]", self.run_rfs("fmt", "--check", name, code=INVALID).err)

    def test_the_highest_code_wins(self):
        self.write("bad.rules.json", "{")
        self.run_rfs("fmt", "--check", "bad.rules.json", "half.rules.json", code=INVALID)
        self.run_rfs("fmt", "--check", "half.rules.json", "bad.rules.json", code=INVALID)

    def test_paths_that_lead_nowhere(self):
        self.assertIn("error[RFS701]", self.run_rfs("fmt", "none.rules.json", code=INVALID).err)
        (self.folder / "empty").mkdir()
        self.assertIn("error[RFS702]", self.run_rfs("fmt", "empty", code=INVALID).err)


class Repository(CommandTest):
    """All files of the repository."""

    def copies(self, paths):
        """Copies files with what stands beside them; returns the copies, by the path below the repository."""
        out = {}
        for path in paths:
            for beside in path.parent.iterdir():
                if beside.is_file():
                    self.write(str(beside.relative_to(ROOT)), beside.read_bytes())
            out[str(path.relative_to(ROOT))] = path
        return out

    def seen(self, names):
        """What `check`, `test` and `evaluate` say of files, without places and digests."""
        def run(*words):
            done = self.run_rfs(*words, "--format", "json")
            return done.code, done.out
        moved = ("digest", "line", "column", "end_line", "end_column", "fixes", "labels")
        code, out = run("check", *names)
        all_seen = [(code, without(out, *moved))]
        code, out = run("test", *names)
        all_seen.append((code, without(out, *moved)))
        for name in names:
            stem = name.removesuffix(".rules.json")
            if stem == name:
                continue
            for facts in sorted((self.folder / name).parent.glob(Path(stem).name + "*.facts.json")):
                day = Path(str(facts).removesuffix(".facts.json") + ".as_of")
                as_of = day.read_text(encoding="utf-8").strip() if day.is_file() else "2020-06-15"
                code, out = run("explain", name, "--facts", str(facts), "--as-of", as_of)
                all_seen.append((facts.name, code, without(out, *moved)))
        return all_seen

    def test_good_files_keep_their_meaning(self):
        good, _ = sources()
        self.assertGreater(len(good), 10)
        names = self.copies(good)
        before, texts = self.seen(names), {name: (self.folder / name).read_text(encoding="utf-8") for name in names}
        self.run_rfs("fmt", *names, code=DONE)
        self.assertEqual(self.run_rfs("fmt", "--check", *names, code=DONE).out, "")
        self.assertGreater(sum(len(one) == 3 for one in before), 10)
        self.assertEqual(self.seen(names), before)
        for name, text in texts.items():
            with self.subTest(name=name):
                after = (self.folder / name).read_text(encoding="utf-8")
                self.assertEqual(squeezed(parse_json(after)), squeezed(parse_json(text)))
                self.assertTrue(after.endswith("}\n"))
                self.assertNotRegex(after, r"[ \t\r]\n")

    def test_bad_files_stay_or_keep_their_findings(self):
        _, bad = sources()
        self.assertGreater(len(bad), 50)
        moved = ("digest", "line", "column", "end_line", "end_column", "fixes", "labels", "label", "help")
        laid_out = 0
        for name in self.copies(bad):
            with self.subTest(name=name):
                before = (self.folder / name).read_bytes()
                said = self.run_rfs("check", "--format", "json", name)
                done = self.run_rfs("fmt", name)
                self.assertIn(done.code, (DONE, INVALID))
                if done.code == INVALID:
                    self.assertIn("error[RFS", done.err)
                    self.assertEqual((self.folder / name).read_bytes(), before)
                    continue
                laid_out += 1
                self.run_rfs("fmt", "--check", name, code=DONE)
                after = self.run_rfs("check", "--format", "json", name, code=said.code)
                self.assertEqual(without(after.out, *moved), without(said.out, *moved))
        self.assertGreater(laid_out, 50)

    def test_decisions_are_the_same(self):
        for layout in ("as it was", "laid out"):
            if layout == "laid out":
                self.run_rfs("fmt", "half.rules.json", code=DONE)
            done = self.run_rfs("evaluate", "half.rules.json", "--format", "json", *GIVEN, code=DONE)
            if layout == "as it was":
                before = done.json()
        self.assertNotEqual(before.pop("digest"), (after := done.json()).pop("digest"))
        self.assertEqual(after, before)

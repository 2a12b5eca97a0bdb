"""Every bad and hostile file of the repository, and texts made for it, through every verb: the exit code is right, what
is said is a diagnostic, nothing crashes or hangs, and no file changes but by `fmt` where it can be read."""

import hashlib
import json
import os
import random
from concurrent.futures import ThreadPoolExecutor

from command import DONE, FAILED, INVALID, NOT_PASSED, ROOT, RULES, UNDETERMINED, CommandTest

DAY = ("--as-of", "2024-05-06")
NAME = "a.rules.json"
# Each verb with the exit codes that it may end with, whatever the file.
VERBS = (
    (("check", NAME), {DONE, INVALID}),
    (("check", "--format", "json", NAME), {DONE, INVALID}),
    (("check", "--format", "sarif", NAME), {DONE, INVALID}),
    (("check", "--format", "github", NAME), {DONE, INVALID}),
    (("test", NAME), {DONE, NOT_PASSED, INVALID}),
    (("evaluate", NAME, *DAY, "--format", "json"), {DONE, INVALID}),
    (("explain", NAME, *DAY, "--fail-undetermined"), {DONE, INVALID, UNDETERMINED}),
    (("evaluate", "half.rules.json", *DAY, "--facts", NAME), {DONE, INVALID}),
    (("calc", "1", "--rules", NAME), {DONE, INVALID}),
    (("new", NAME), {FAILED}),
    (("fmt", "--check", NAME), {DONE, NOT_PASSED, INVALID}),
    (("fmt", "--diff", NAME), {DONE, NOT_PASSED, INVALID}),
)
# Where rules are refused, each reader of rules says so.
READERS = ("check", "test", "explain", "calc")
SECTIONS = ("sources", "facts", "parameters", "definitions", "decisions", "tests", "allow", "effective", "currency")


def stored():
    """Texts of the repository that are not as they should be, and the corpus of the fuzzers."""
    bad = [path for path in sorted((ROOT / "tests").rglob("*.json")) if "bad" in path.parts]
    fuzz = [path for path in sorted((ROOT / "tests" / "fuzz").rglob("*"))
            if path.is_file() and path.suffix in ("", ".json")]
    return [(str(path.relative_to(ROOT)), path.read_bytes()) for path in bad + fuzz]


def made():
    """Hostile texts: wrong values in each place, names that are none, much of everything, cut and mutated rules."""
    rules = json.loads(RULES)
    for section in SECTIONS:
        for wrong in (None, 1, "x", [], {}, [[]], [None], {"": None}, {"x": 1}, {"a\n\x1b[2J": "b"},
                      {"d": {"eligible": [""]}}):
            yield f"{section} = {wrong!r}", json.dumps({**rules, section: wrong}).encode()
    for expression in ("", "(", "1" * 2000, "-" * 100_000 + "1", "(" * 100_000, "a.b.c[", "'", "\x00", "1/0",
                       "@'9999-99-99'", "not " * 20_000 + "member", " and ".join(["member"] * 3000), "member\n\n", "\U0001f600"):
        rules["decisions"]["half"]["eligible"] = expression
        yield f"eligible {expression[:20]!r}", json.dumps(rules).encode()
    yield "many keys", ("{" + ",".join(f'"k{n}": 0' for n in range(50_000)) + "}").encode()
    for name, count, fact in (("many facts", 3000, '"f%d": { "type": "bool" }, '), ("many errors", 20_000, '"F%d": 1, ')):
        yield name, RULES.replace('"cost":  ', "".join(fact % n for n in range(count)) + '"cost":  ').encode()
    yield "a long name", RULES.replace("enough", "e" * 100_000).encode()
    yield "only blanks", b" \n" * 100_000
    yield "zeros", bytes(4096)
    text = RULES.encode()
    chance = random.Random(20_240_506)
    for cut in range(0, len(text), 97):
        yield f"the first {cut} bytes", text[:cut]
    for number in range(60):
        changed = bytearray(text)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed))
            changed[at:at + chance.randint(0, 9)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
        yield f"mutation {number}", bytes(changed)


class Hostile(CommandTest):
    def setUp(self):
        super().setUp()
        self.workers = ThreadPoolExecutor(os.cpu_count())
        self.addCleanup(self.workers.shutdown)

    def check_text(self, name, text):
        """One text through every verb."""
        self.write(NAME, text)
        digest = hashlib.sha256(text).digest()
        codes, ended = {}, set()
        for (words, expected), done in zip(VERBS, self.workers.map(lambda verb: self.run_rfs(*verb[0]), VERBS)):
            with self.subTest(name=name, words=words):
                codes[words[0]] = codes.get(words[0], done.code)
                if "RFS606" in done.out + done.err:
                    ended.add(words[0])
                self.assertIn(done.code, expected, done.err[-500:])
                self.assertNotIn("RFS901", done.out + done.err)
                self.assertNotRegex(done.out + done.err, r"[\x00-\x08\x0b-\x1f\x7f]")
                if done.code == INVALID:
                    self.assertRegex(done.out + done.err, r"RFS\d{3}")
                if "json" in words or "sarif" in words:
                    done.json()
                self.assertEqual(done.raw.decode("utf-8"), done.out)
                self.assertEqual(hashlib.sha256((self.folder / NAME).read_bytes()).digest(), digest)
        with self.subTest(name=name):
            refused = codes["check"] == INVALID
            for verb in READERS:
                # Tests that are wrong are for `check` and `test` alone; rules that do not hold today decide nothing.
                if verb in ("check", "test") or not (refused or verb in ended):
                    self.assertEqual(codes[verb] == INVALID, refused, f"{verb}: {codes}")
            done = self.run_rfs("fmt", NAME)
            self.assertIn(done.code, (DONE, INVALID))
            if done.code == DONE:
                self.run_rfs("fmt", "--check", NAME, code=DONE)
                self.assertEqual(self.run_rfs("check", NAME).code, codes["check"])
            else:
                self.assertEqual(hashlib.sha256((self.folder / NAME).read_bytes()).digest(), digest)
            self.assertEqual({path.name for path in self.folder.iterdir()}, {NAME, "half.rules.json"})

    def test_stored_texts(self):
        texts = stored()
        self.assertGreater(len(texts), 100)
        for name, text in texts:
            self.check_text(name, text)

    def test_made_texts(self):
        count = 0
        for name, text in made():
            self.check_text(name, text)
            count += 1
        self.assertGreater(count, 150)

    def test_the_same_as_tests(self):
        for number, (name, text) in enumerate(made()):
            if number % 5 != 0:
                continue
            with self.subTest(name=name):
                self.write("a.tests.json", text)
                for words in (("check", "a.tests.json"), ("test", "a.tests.json")):
                    self.assertIn(self.run_rfs(*words).code, (DONE, INVALID))
                self.assertIn(self.run_rfs("fmt", "a.tests.json").code, (DONE, INVALID))
                self.assertIn(self.run_rfs("test", "half.rules.json").code, (DONE, INVALID))

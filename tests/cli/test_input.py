"""Files that no verb can use end in a diagnostic, and quickly."""

import os
import unittest
from pathlib import Path

from command import DONE, INVALID, RULES, CommandTest, environment

DAY = ("--as-of", "2024-05-06")
READERS = (("check",), ("test",), ("evaluate", *DAY), ("explain", *DAY), ("calc", "1", "--rules"))


class Input(CommandTest):
    def refused(self, name, *codes):
        """Every reader of rules refuses a file, with one of the codes."""
        for reader in READERS:
            with self.subTest(reader=reader, name=name):
                done = self.run_rfs(*reader, name, code=INVALID)
                text = done.out + done.err
                self.assertTrue(any(f"error[{code}]" in text for code in codes), text[:500])
                self.assertLess(len(text), 10_000)
                out = self.run_rfs(*reader, name, "--format", "json", code=INVALID)
                self.assertTrue(any(f'"{code}"' in out.out for code in codes), out.out[:500])
                out.json()
                self.assertEqual(out.raw.decode("utf-8"), out.out)

    def test_missing(self):
        self.refused("none.rules.json", "RFS701")

    def test_folder(self):
        (self.folder / "folder").mkdir()
        self.refused("folder", "RFS701", "RFS702")

    def test_empty(self):
        self.write("a.rules.json", "")
        self.refused("a.rules.json", "RFS003")

    def test_binary(self):
        self.write("a.rules.json", bytes(range(256)) * 64)
        self.refused("a.rules.json", "RFS001", "RFS002")

    def test_not_utf8(self):
        self.write("a.rules.json", RULES.encode().replace(b'"Half"', b'"H\xe4lf"'))
        self.refused("a.rules.json", "RFS001")

    def test_utf16(self):
        self.write("a.rules.json", RULES.encode("utf-16"))
        self.refused("a.rules.json", "RFS001")

    def test_byte_order_mark(self):
        self.write("a.rules.json", b"\xef\xbb\xbf" + RULES.encode())
        self.refused("a.rules.json", "RFS010")

    def test_no_object(self):
        for text in ("[]", "5", "null", '"rules"'):
            self.write("a.rules.json", text)
            self.refused("a.rules.json", "RFS103")

    def test_huge_line(self):
        self.write("a.rules.json", '{"rfs":1,' + " " * 2_000_000 + '"rulez":"a"}')
        self.refused("a.rules.json", "RFS101", "RFS102")

    def test_deep(self):
        self.write("a.rules.json", "[" * 1_000_000)
        self.refused("a.rules.json", "RFS005")

    def test_too_large(self):
        self.write("a.rules.json", b" " * (16 * (1 << 20) + 1))
        self.refused("a.rules.json", "RFS006")
        self.assertIn("split it into several files", self.run_rfs("check", "a.rules.json", code=INVALID).out)
        # One applicant cannot be split.
        for facts, stdin in (("a.rules.json", b""), ("-", b" " * (16 * (1 << 20) + 1))):
            done = self.run_rfs("evaluate", "half.rules.json", *DAY, "--facts", facts, stdin=stdin, code=INVALID)
            self.assertIn("error[RFS006]", done.err)
            self.assertIn("help: these are the facts of one applicant: give its lists fewer items", done.err)
            self.assertNotIn("split", done.err)

    @unittest.skipUnless(Path("/dev/zero").exists(), "no /dev/zero")
    def test_a_file_without_end(self):
        for reader in READERS:
            self.run_rfs(*reader, "/dev/zero", code=INVALID)
        self.run_rfs("evaluate", "half.rules.json", *DAY, "--facts", "/dev/zero", code=INVALID)
        with open("/dev/zero", "rb") as endless:
            self.run_rfs("evaluate", "half.rules.json", *DAY, "--facts", "-", stdin=endless, code=INVALID)

    def test_unreadable(self):
        # Nobody may read the first; root may, but nobody the second.
        self.write("a.rules.json", RULES)
        os.chmod(self.folder / "a.rules.json", 0)
        tried = False
        if not os.access(self.folder / "a.rules.json", os.R_OK):
            self.refused("a.rules.json", "RFS701")
            tried = True
        if Path("/proc/self/mem").exists():
            self.refused("/proc/self/mem", "RFS701")
            tried = True
        if not tried:
            self.skipTest("this user can read everything")

    def test_a_pipe_in_the_place_of_a_file(self):
        read, write = os.pipe()
        with os.fdopen(write, "wb") as stream:
            stream.write(b'{"member": true, "cost": "50.00"}')
        try:
            done = self.run_rfs("evaluate", "half.rules.json", *DAY, "--facts", f"/dev/fd/{read}", pass_fds=(read,))
        finally:
            os.close(read)
        self.assertEqual((done.code, done.out.split("\n")[0]), (DONE, "half: eligible, $25.00"), done.err)

    def test_closed_standard_input(self):
        done = self.run_rfs("evaluate", "half.rules.json", *DAY, "--facts", "-", preexec_fn=lambda: os.close(0))
        self.assertEqual((done.code, done.out), (INVALID, ""))
        self.assertIn("error[", done.err)

    def test_names_with_blanks_and_letters(self):
        self.write("größe 1/ä b.rules.json", RULES)
        done = self.run_rfs("check", "--format", "json", "größe 1", code=DONE)
        self.assertEqual(done.json()["files"][0]["file"], "größe 1/ä b.rules.json")

    def test_no_locale_matters(self):
        plain = self.run_rfs("explain", "half.rules.json", *DAY, "--set", "cost=50")
        for locale in ("C", "de_DE.UTF-8", "nonsense"):
            done = self.run_rfs("explain", "half.rules.json", *DAY, "--set", "cost=50", env=environment(LC_ALL=locale))
            self.assertEqual((done.code, done.raw), (plain.code, plain.raw))

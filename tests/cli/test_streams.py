"""Where output goes: data to standard output, words to standard error, colour to terminals."""

import os
import pty
import subprocess
import unittest
from pathlib import Path

from command import BROKEN, DONE, FAILED, GIVEN, INVALID, NOT_PASSED, RFS, SECONDS, CommandTest, environment

EVERY = (("check", "half.rules.json"), ("check", "bad.rules.json"), ("check", "--format", "json", "bad.rules.json"),
         ("check", "--format", "github", "bad.rules.json"), ("check", "--format", "sarif", "bad.rules.json"),
         ("fmt", "--check", "."), ("fmt", "--diff", "."), ("test", "half.rules.json"),
         ("test", "--format", "json", "half.rules.json"),
         ("evaluate", "half.rules.json", *GIVEN), ("evaluate", "half.rules.json", "--format", "json", *GIVEN),
         ("explain", "half.rules.json", *GIVEN), ("batch", "half.rules.json", "rows.csv", "--as-of", "2024-05-06"),
         ("batch", "half.rules.json", "rows.csv", "--as-of", "2024-05-06", "--format", "ndjson", "--output", "outcome"),
         ("calc", "1 + 1"), ("calc", "1 +"), ("--help",), ("check", "--help"),
         ("--version",))


class Streams(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("bad.rules.json", BROKEN)
        self.write("rows.csv", "member,cost,id\ntrue,50.00,1\nyes,1,2\n")

    def on_terminal(self, *words, env=None):
        """Runs rfs on a terminal and returns the exit code and what it shows."""
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                os.chdir(self.folder)
                os.execve(RFS, [str(RFS), *words], env or environment())
            finally:
                os._exit(127)
        shown = b""
        try:
            while block := os.read(terminal, 1 << 16):
                shown += block
        except OSError:  # Linux says so where the other end is gone
            pass
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode("utf-8")

    def test_colour_on_a_terminal(self):
        for words in (("check", "bad.rules.json"), ("evaluate", "bad.rules.json"), ("calc", "1 +")):
            code, shown = self.on_terminal(*words)
            self.assertEqual(code, INVALID)
            self.assertIn("\x1b[", shown)

    def test_no_color(self):
        for words in (("check", "bad.rules.json"), ("evaluate", "bad.rules.json"), ("calc", "1 +"), ("test", ".")):
            _, shown = self.on_terminal(*words, env=environment(NO_COLOR="1"))
            self.assertNotRegex(shown, r"\x1b\[[0-9;]*m")
        _, shown = self.on_terminal("check", "bad.rules.json", env=environment(NO_COLOR=""))
        self.assertIn("\x1b[", shown)  # an empty NO_COLOR says nothing

    def test_no_colour_off_a_terminal(self):
        for words in EVERY:
            done = self.run_rfs(*words)
            self.assertNotIn("\x1b", done.out + done.err)

    def test_json_has_no_colour_on_a_terminal(self):
        _, shown = self.on_terminal("check", "--format", "json", "bad.rules.json")
        self.assertNotIn("\x1b", shown)

    def test_data_and_words(self):
        done = self.run_rfs("check", "half.rules.json", "--format", "json")
        self.assertTrue(done.out.startswith("{") and done.err == "")
        done = self.run_rfs("evaluate", "half.rules.json", "--format", "json", "--set", "cost=5")
        self.assertEqual(done.out.count("\n"), 1)
        self.assertIn("(today)", done.err)
        done = self.run_rfs("evaluate", "bad.rules.json")
        self.assertTrue(done.out == "" and "error[" in done.err)
        done = self.run_rfs("calc", "1 +")
        self.assertTrue(done.out == "" and "error[" in done.err)

    def test_the_same_twice(self):
        for words in EVERY:
            one, two = self.run_rfs(*words), self.run_rfs(*words)
            self.assertEqual((one.code, one.raw, one.err), (two.code, two.raw, two.err))

    def test_a_closed_pipe_ends_quietly(self):
        for words in EVERY + (("calc", "--ndjson"),):
            with self.subTest(words=words):
                read, write = os.pipe()
                os.close(read)
                lines = b'{"expr":"1"}\n' * 20_000 if "--ndjson" in words else b""
                done = subprocess.run([RFS, *words], cwd=self.folder, env=environment(), input=lines, stdout=write,
                                      stderr=subprocess.PIPE, timeout=SECONDS, check=False)
                os.close(write)
                self.assertIn(done.returncode, (DONE, NOT_PASSED, INVALID))
                self.assertNotIn(b"rfs: ", done.stderr)
                self.assertNotIn(b"ipe", done.stderr)

    @unittest.skipUnless(Path("/dev/full").exists(), "no /dev/full")
    def test_a_full_disk_is_told(self):
        for words in EVERY:
            if self.run_rfs(*words).raw == b"":
                continue
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                done = subprocess.run([RFS, *words], cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
                                      stdout=full, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
                self.assertEqual(done.returncode, FAILED)
                self.assertIn(b"rfs: cannot write to standard output", done.stderr)

    def test_a_closed_standard_output_is_told(self):
        for words in EVERY:
            before = self.run_rfs(*words)
            if before.raw:
                done = self.run_rfs(*words, preexec_fn=lambda: os.close(1))
                self.assertEqual(done.code, FAILED, words)
                self.assertIn("rfs: cannot write to standard output", done.err)

    def test_a_closed_standard_error_changes_nothing(self):
        for words in EVERY:
            done = self.run_rfs(*words, preexec_fn=lambda: os.close(2))
            self.assertEqual((done.code, done.raw), (self.run_rfs(*words).code, self.run_rfs(*words).raw))

    def test_a_line_is_answered_while_the_input_is_open(self):
        with subprocess.Popen([RFS, "calc", "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env=environment()) as process:
            process.stdin.write(b'{"expr":"1"}\n')
            process.stdin.close()
            self.assertEqual(process.stdout.read(), b'{"type":"integer","value":"1"}\n')

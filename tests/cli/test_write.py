"""What rfs writes is whole or not there: full and read-only disks, files that change while they are read."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import threading
import unittest

from command import DONE, FAILED, INVALID, NOT_PASSED, RFS, RULES, SECONDS, CommandTest, environment
from test_test import tests_file

NOBODY = 65534
FAILING = tests_file(*["1.00"] * 40)
# Writes a file: words, the file, what it holds before (None: nothing).
WRITERS = (
    (("fmt", "half.rules.json"), "half.rules.json", RULES),
    (("test", "--update", "half.tests.json"), "half.tests.json", FAILING),
    (("test", "--junit", "report.xml", "half.tests.json"), "report.xml", "an older report\n"),
    (("test", "--junit", "report.xml", "half.tests.json"), "report.xml", None),
    (("new", "grant.rules.json"), "grant.rules.json", None),
)


def small_disk():
    """A file may have 512 bytes; the signal that would tell is ignored, so that writing fails as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))


def as_nobody():
    """Permissions do not bind root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Write(CommandTest):
    def each(self):
        """Yields each writer, its file as it was before."""
        for words, name, before in WRITERS:
            with self.subTest(words=words, before=before is not None):
                for path in self.folder.iterdir():
                    path.unlink()
                self.write("half.rules.json", RULES)
                self.write("half.tests.json", FAILING)
                if before is not None:
                    self.write(name, before)
                yield words, name, before

    def assert_untouched(self, name, before, listed):
        path = self.folder / name
        self.assertEqual(path.read_text(encoding="utf-8") if path.exists() else None, before)
        self.assertEqual(sorted(os.listdir(self.folder)), listed)

    def test_a_full_disk(self):
        for words, name, before in self.each():
            listed = sorted(os.listdir(self.folder))
            done = self.run_rfs(*words, preexec_fn=small_disk)
            self.assertRegex(done.err, rf"(?m)^rfs: cannot write `[^`]*{name}`: File too large$")
            # Tests that fail weigh more than a report that cannot be written.
            self.assertEqual(done.code, NOT_PASSED if words[0] == "test" else FAILED)
            self.assert_untouched(name, before, listed)

    def test_a_report_that_cannot_be_written_fails_a_run_that_passes(self):
        self.write("half.tests.json", tests_file("25.00"))
        self.run_rfs("test", "--junit", "report.xml", ".", code=DONE)
        for report in ("none/report.xml", ".", "half.tests.json/report.xml"):
            self.assertIn(f"cannot write `{report}`: ", self.run_rfs("test", "--junit", report, ".", code=FAILED).err)
        self.assertEqual(sorted(os.listdir(self.folder)), ["half.rules.json", "half.tests.json", "report.xml"])
        if os.path.exists("/dev/full"):
            done = self.run_rfs("test", "--junit", "/dev/full", ".", code=FAILED)
            self.assertEqual(done.err, "rfs: cannot write `/dev/full`: No space left on device\n")

    def command(self):
        """The command where everybody may run it."""
        folder = self.folder.parent / f"{self.folder.name}-bin"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        return shutil.copy(RFS, folder / "rfs")

    def run_as_nobody(self, command, *words):
        done = subprocess.run([command, *words], cwd=self.folder, env=environment(), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=SECONDS, check=False, preexec_fn=as_nobody)
        return done.returncode, done.stderr

    def test_a_folder_that_may_not_be_written(self):
        command = self.command()
        for words, name, before in self.each():
            listed = sorted(os.listdir(self.folder))
            self.folder.chmod(0o555)
            for path in self.folder.iterdir():
                path.chmod(0o666)
            code, said = self.run_as_nobody(command, *words)
            self.folder.chmod(0o755)
            self.assertRegex(said, rf"(?m)^rfs: cannot (write|write beside|make) `[^`]*{name}`: Permission denied$")
            self.assertEqual(code, NOT_PASSED if words[0] == "test" else FAILED)
            self.assert_untouched(name, before, listed)

    def test_a_file_that_may_not_be_written(self):
        command = self.command()
        for words, name, before in self.each():
            if before is None or words[1] == "--junit":
                continue  # who may write in the folder may put a new report there
            listed = sorted(os.listdir(self.folder))
            self.folder.chmod(0o777)
            (self.folder / name).chmod(0o444)
            code, said = self.run_as_nobody(command, *words)
            self.folder.chmod(0o755)
            self.assertIn(f"rfs: cannot write `{name}`: Permission denied\n", said)
            self.assertEqual(code, NOT_PASSED if words[0] == "test" else FAILED)
            self.assert_untouched(name, before, listed)

    def test_files_that_may_not_be_read(self):
        command = self.command()
        (self.folder / "half.rules.json").chmod(0)
        self.folder.chmod(0o777)
        for verb in ("check", "test", "fmt"):
            code, _ = self.run_as_nobody(command, verb, ".")
            self.assertEqual(code, INVALID)

    @unittest.skipUnless(os.path.isdir("/proc/self"), "no /proc")
    def test_a_place_where_nobody_may_write(self):
        self.assert_usage(self.run_rfs("new", "/proc/grant.rules.json"), "cannot make `/proc/grant.rules.json`: ")


class Change(CommandTest):
    """A file that changes between being read and being replaced: rfs reads a pipe behind a link, which then leads to a
    file, before the pipe ends."""

    def changed(self, words, link, text, now):
        """Runs rfs with a text that has become another one by the time it is replaced."""
        os.mkfifo(self.folder / "pipe")
        path = self.folder / link
        path.unlink(missing_ok=True)
        path.symlink_to("pipe")
        self.write("file", now)

        def write():
            with open(self.folder / "pipe", "w", encoding="utf-8") as pipe:
                pipe.write(text)
                pipe.flush()
                (self.folder / "next").symlink_to("file")
                os.replace(self.folder / "next", path)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        done = self.run_rfs(*words)
        writer.join(SECONDS)
        return done, (self.folder / "file").read_text(encoding="utf-8")

    def test_fmt_leaves_what_changed(self):
        now = RULES.replace("Half", "Changed")
        done, after = self.changed(("fmt", "a.rules.json"), "a.rules.json", RULES, now)
        self.assertEqual((done.code, after), (FAILED, now))
        self.assertIn("`a.rules.json` changed meanwhile and is left as it is", done.err)

    def test_fmt_writes_what_did_not_change(self):
        done, after = self.changed(("fmt", "a.rules.json"), "a.rules.json", RULES, RULES)
        self.assertEqual(done.code, DONE, done.err)
        self.assertNotEqual(after, RULES)

    def test_update_leaves_what_changed(self):
        text = tests_file("1.00")
        done, after = self.changed(("test", "--update", "half.tests.json"), "half.tests.json", text, now := text + "\n")
        self.assertEqual((done.code, after), (NOT_PASSED, now))
        self.assertIn("`half.tests.json` changed meanwhile", done.err)

    def test_a_pipe_is_not_replaced(self):
        os.mkfifo(self.folder / "pipe.rules.json")

        def write():
            with open(self.folder / "pipe.rules.json", "w", encoding="utf-8") as pipe:
                pipe.write(RULES)

        threading.Thread(target=write, daemon=True).start()
        done = self.run_rfs("fmt", "pipe.rules.json", code=FAILED)
        self.assertIn("it is not a file", done.err)
        self.assertTrue(stat.S_ISFIFO((self.folder / "pipe.rules.json").stat().st_mode))

    def test_a_file_that_ends_while_it_is_read(self):
        for words in (("check",), ("test",), ("fmt",), ("evaluate", "--as-of", "2024-05-06"), ("calc", "1", "--rules")):
            with self.subTest(words=words):
                (self.folder / "pipe.rules.json").unlink(missing_ok=True)
                os.mkfifo(self.folder / "pipe.rules.json")

                def write():
                    with open(self.folder / "pipe.rules.json", "w", encoding="utf-8") as pipe:
                        pipe.write(RULES[:300])

                threading.Thread(target=write, daemon=True).start()
                done = self.run_rfs(*words, "pipe.rules.json", code=INVALID)
                self.assertIn("error[RFS003]", done.out + done.err)

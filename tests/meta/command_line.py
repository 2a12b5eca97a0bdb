"""Holds the page of the command line to what `rfs --help` offers, both ways."""

import re
import subprocess
import unittest
from pathlib import Path

from docs_examples import rfs_folder

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "command-line.md"


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = PAGE.read_text(encoding="utf-8")
        cls.sections = {part.split("\n", 1)[0]: part for part in re.split(r"(?m)^## ", text)[1:]}

    def help(self, *verb):
        folder = rfs_folder()
        self.assertIsNotNone(folder, "the rfs command is not built: run `cmake --workflow --preset release`")
        return subprocess.run([folder / "rfs", *verb, "--help"], capture_output=True, text=True, check=True).stdout

    def test_every_verb_has_a_section(self):
        verbs = re.findall(r"(?m)^  ([a-z]+) ", self.help().split("Subcommands:")[1])
        self.assertGreater(len(verbs), 0)
        self.assertEqual(list(self.sections), verbs)

    def test_every_option_is_in_its_section(self):
        for verb, section in self.sections.items():
            with self.subTest(verb=verb):
                options = re.findall(r"(?m)^  (--[a-z-]+)", self.help(verb))
                rows = "".join(re.findall(r"(?m)^\| (`--.*?) \|", section))
                self.assertEqual(sorted(re.findall(r"`(--[a-z-]+)`", rows)), sorted(options))

    def test_the_words_of_options_are_in_their_rows(self):
        for verb, section in self.sections.items():
            listed = re.findall(r"(?m)^  (--[a-z-]+) .*: ((?:[a-z]+, )*[a-z]+ or [a-z]+)$", self.help(verb))
            for option, words in listed:
                row = re.search(rf"(?m)^\| `{option}` \| (.*)$", section)
                with self.subTest(verb=verb, option=option):
                    for word in re.split(", | or ", words):
                        self.assertIn(f"`{word}`", row[1])


if __name__ == "__main__":
    unittest.main()

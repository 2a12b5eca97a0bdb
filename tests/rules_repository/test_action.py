"""action.yml: what GitHub reads in it, and its shell steps, run here as GitHub would run them."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from command import BROKEN, RFS, environment  # noqa: E402
from test_pre_commit import TESTED  # noqa: E402

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOW_TO = (ROOT / "docs" / "how-to" / "check-rules-in-ci.md").read_text(encoding="utf-8")
SECONDS = 3600  # a build may be among it
# The schemas of GitHub's files that SchemaStore publishes come with this package.
SCHEMA = ("check_jsonschema", "--builtin-schema")


def accepted_by(test, *checker):
    done = subprocess.run([sys.executable, "-m", *checker], capture_output=True, text=True, timeout=SECONDS, check=False)
    test.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Run:
    """One run of the action in a folder: the values of its expressions, and what its steps did."""

    def __init__(self, folder, path, settings=None, **inputs):
        self.folder, self.path, self.settings = folder, path, settings or {}
        self.values = {f"inputs.{name}": given.get("default", "") for name, given in ACTION["inputs"].items()}
        self.values.update({f"inputs.{name}": value for name, value in inputs.items()})
        self.values["github.action_path"] = str(ROOT)
        self.failed, self.codes, self.out = False, {}, ""
        for step in ACTION["runs"]["steps"]:
            if not self.failed or "!cancelled()" in step.get("if", ""):
                self.step(step)

    def value(self, text):
        return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: self.values[found[1]], text)

    def step(self, step):
        if needed := re.search(r"&& (steps[.\w]+)", step.get("if", "")):
            if not self.values.get(needed[1]):
                return
        output = self.folder / "output"
        output.write_text("", encoding="utf-8")
        given = {name: self.value(value) for name, value in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]], cwd=self.folder,
            env=environment(PATH=self.path, GITHUB_OUTPUT=str(output), RUNNER_TEMP=str(self.folder / "temp"), **given,
                            **self.settings),
            capture_output=True, text=True, timeout=SECONDS, check=False)
        self.codes[step["name"]] = done.returncode
        self.failed = self.failed or done.returncode != 0
        self.out += done.stdout + done.stderr
        for line in output.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step['id']}.outputs.{name}"] = value


class Action(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rfs-action-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        commands = self.folder / "bin"
        commands.mkdir()
        (commands / "rfs").symlink_to(RFS)
        self.without = os.environ["PATH"]
        self.path = f"{commands}{os.pathsep}{self.without}"
        (self.folder / "my rules").mkdir()
        self.rules = self.folder / "my rules" / "half.rules.json"
        self.rules.write_text(TESTED, encoding="utf-8")

    def test_form(self):
        accepted_by(self, *SCHEMA, "vendor.github-actions", ROOT / "action.yml")
        self.assertEqual(ACTION["runs"]["using"], "composite")
        for step in ACTION["runs"]["steps"]:
            self.assertEqual(step["shell"], "bash")
            # What is given from outside reaches the shell by its environment, never as a part of its text.
            self.assertNotIn("${{", step["run"])
            self.assertNotRegex(step["run"], r"curl|wget|pip |latest")
            self.assertNotIn("uses", step)

    def test_good_rules(self):
        run = Run(self.folder, self.path, paths="my rules\n")
        self.assertEqual(run.codes, {"Find or build rfs": 0, "Check": 0, "Test": 0}, run.out)
        self.assertNotIn("::error", run.out)
        suites = ElementTree.parse(self.folder / "rfs-tests.xml").getroot()
        self.assertEqual([case.get("name") for case in suites.iter("testcase")], ["one"])

    def test_bad_rules(self):
        (self.folder / "bad.rules.json").write_text(BROKEN, encoding="utf-8")
        run = Run(self.folder, self.path, paths="my rules\n\nbad.rules.json", junit="out.xml")
        self.assertEqual(run.codes, {"Find or build rfs": 0, "Check": 3, "Test": 3}, run.out)
        self.assertRegex(run.out, r"(?m)^::error .*file=bad\.rules\.json,.*line=\d+")
        self.assertTrue((self.folder / "out.xml").is_file())

    def test_failing_test(self):
        self.rules.write_text(TESTED.replace('"ineligible"', '"eligible"', 1), encoding="utf-8")
        run = Run(self.folder, self.path)
        self.assertEqual(run.codes, {"Find or build rfs": 0, "Check": 0, "Test": 2}, run.out)

    def test_command_given(self):
        run = Run(self.folder, self.without, rfs=str(RFS))
        self.assertEqual((run.codes["Check"], run.values["steps.rfs.outputs.command"]), (0, str(RFS)), run.out)
        run = Run(self.folder, self.path, rfs="no/such/rfs")
        self.assertEqual(run.codes, {"Find or build rfs": 1}, run.out)
        self.assertIn("::error::there is no rfs command at no/such/rfs", run.out)

    def test_built(self):
        """Without an rfs it is built from the action's own sources."""
        path = os.pathsep.join(part for part in self.without.split(os.pathsep) if not (Path(part) / "rfs").exists())
        # The same steps, but the compiler does not optimise, which takes most of the time.
        quick = self.folder / "quick.cmake"
        quick.write_text('set(CMAKE_CXX_FLAGS_RELEASE -O0 CACHE STRING "")\n', encoding="utf-8")
        run = Run(self.folder, path, {"CMAKE_TOOLCHAIN_FILE": str(quick)}, paths="my rules")
        self.assertEqual(run.codes, {"Find or build rfs": 0, "Check": 0, "Test": 0}, run.out[-3000:])
        self.assertEqual(run.values["steps.rfs.outputs.command"], str(self.folder / "temp" / "rfs" / "rfs"))


class HowTo(unittest.TestCase):
    """What a stranger pastes from the page fits the files it speaks of."""

    def fence(self, word, *checker):
        """Returns the only fence with a word; the command `python -m checker…` must accept it."""
        found = [body for body in re.findall(r"```ya?ml\n(.*?)```", HOW_TO, re.DOTALL) if word in body]
        self.assertEqual(len(found), 1)
        with tempfile.TemporaryDirectory(prefix="rfs-how-to-") as folder:
            path = Path(folder) / "pasted.yml"
            path.write_text(found[0], encoding="utf-8")
            accepted_by(self, *checker, path)
        return yaml.safe_load(found[0])

    def test_workflow(self):
        steps = self.fence("jobs:", *SCHEMA, "vendor.github-workflows")["jobs"]["rules"]["steps"]
        self.assertLessEqual(set(steps[-1]["with"]), set(ACTION["inputs"]))
        for step in steps:
            self.assertRegex(step["uses"], r"^[\w-]+/[\w-]+@v\d")

    def test_pre_commit(self):
        hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        used = [hook["id"] for hook in self.fence("repos:", "pre_commit", "validate-config")["repos"][0]["hooks"]]
        self.assertEqual(used, [hook["id"] for hook in hooks])

    def test_schemas(self):
        named = set(re.findall(r"rules/schema/[\w.-]+\.json", HOW_TO))
        self.assertEqual(named, {str(path.relative_to(ROOT)) for path in (ROOT / "rules" / "schema").iterdir()})
        for url in re.findall(r'"url": "\./schema/([^"]+)"', HOW_TO):
            self.assertTrue((ROOT / "rules" / "schema" / url).is_file(), url)


if __name__ == "__main__":
    unittest.main()

"""The hooks of .pre-commit-hooks.yaml, run by pre-commit itself in a repository of rules, without the network."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from command import BROKEN, RFS, RULES, environment  # noqa: E402

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SECONDS = 120
TESTED = RULES.replace('"facts": {', '"tests": [{ "name": "one", "as_of": "2024-05-06", "facts": { "member": false },'
                       ' "expect": { "half": { "status": "ineligible" } } }], "facts": {', 1)


class PreCommit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rfs-hooks-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        commands = self.folder / "bin"
        commands.mkdir()
        (commands / "rfs").symlink_to(RFS)
        self.environment = environment(
            PATH=f"{commands}{os.pathsep}{os.environ['PATH']}", PRE_COMMIT_HOME=str(self.folder / "home"),
            GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1", NO_COLOR="1")
        # What a stranger names in `repo:` is a repository with the hooks at its top.
        hooks = self.repository("hooks")
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
        self.commit(hooks)
        revision = self.git(hooks, "rev-parse", "HEAD").stdout.strip()
        self.rules = self.repository("rules")
        config = {"repos": [{"repo": str(hooks), "rev": revision, "hooks": [{"id": hook["id"]} for hook in HOOKS]}]}
        (self.rules / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")

    def git(self, folder, *arguments):
        done = subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", folder, *arguments],
                              env=self.environment, capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def repository(self, name):
        folder = self.folder / name
        folder.mkdir()
        self.git(folder, "init", "--quiet")
        return folder

    def commit(self, folder):
        self.git(folder, "add", "--all")
        self.git(folder, "commit", "--quiet", "--no-verify", "--message=all")

    def run_hooks(self, **files):
        for name, text in files.items():
            (self.rules / f"{name}.rules.json").write_text(text, encoding="utf-8")
        self.git(self.rules, "add", "--all")
        done = subprocess.run([sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"], cwd=self.rules,
                              env=self.environment, capture_output=True, text=True, timeout=SECONDS, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_hooks_name_verbs(self):
        listed = subprocess.run([RFS, "--help"], capture_output=True, text=True, check=True).stdout
        verbs = {line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line.split()}
        for hook in HOOKS:
            command, verb = hook["entry"].split()[:2]
            self.assertEqual((command, hook["id"]), ("rfs", f"rfs-{verb}"))
            self.assertIn(verb, verbs)
        offered = {f"rfs-{verb}" for verb in ("check", "test", "fmt") if verb in verbs}
        self.assertEqual({hook["id"] for hook in HOOKS}, offered)

    def formatted(self, text):
        """The file as `rfs fmt` writes it, where there is that hook: it must find nothing to do."""
        if "rfs-fmt" not in {hook["id"] for hook in HOOKS}:
            return text
        path = self.folder / "formatted.rules.json"
        path.write_text(text, encoding="utf-8")
        subprocess.run([RFS, "fmt", path], env=self.environment, capture_output=True, timeout=SECONDS, check=False)
        return path.read_text(encoding="utf-8")

    def test_good_rules(self):
        code, said = self.run_hooks(good=self.formatted(TESTED))
        self.assertEqual(code, 0, said)
        self.assertEqual(said.count("Passed"), len(HOOKS), said)

    def test_bad_rules(self):
        code, said = self.run_hooks(good=self.formatted(TESTED), bad=self.formatted(BROKEN))
        self.assertEqual(code, 1, said)
        self.assertIn("bad.rules.json", said)
        self.assertIn("RFS301", said)

    def test_failing_test(self):
        code, said = self.run_hooks(good=self.formatted(TESTED.replace('"ineligible"', '"eligible"', 1)))
        self.assertEqual(code, 1, said)
        self.assertIn("expected eligible, found ineligible", said)
        self.assertEqual(said.count("Failed"), 1, said)

    def test_other_files(self):
        (self.rules / "package.json").write_text("{", encoding="utf-8")
        code, said = self.run_hooks()
        self.assertEqual((code, said.count("Skipped")), (0, len(HOOKS)), said)


if __name__ == "__main__":
    unittest.main()

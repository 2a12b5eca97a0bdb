"""Starts the service, swaps its rules by SIGHUP and by request, and ends it. Usage: service_test.py SERVICE RULES"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

SERVICE, RULES = sys.argv[1:3]
APPLICANT = {"office": "school_board", "on_ballot_since": "2017-04-24", "raised": "150.00", "plan": "draft",
             "requested": "500.00"}
TEN_PERCENT = ('"cap_share": { "type": "percent", "values": [{ "from": "2017-01-01", "value": "15%"',
               '"cap_share": { "type": "percent", "values": [{ "from": "2017-01-01", "value": "10%"')


class Service(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.rules = Path(folder.name) / "funding.rules.json"
        self.text = Path(RULES).read_text(encoding="utf-8")
        self.rules.write_text(self.text, encoding="utf-8")
        self.process = subprocess.Popen([SERVICE, self.rules, "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        self.addCleanup(self.process.communicate)
        self.addCleanup(self.process.kill)
        self.address = self.process.stdout.readline().split()[-1]

    def post(self, path, body=b""):
        """Returns (status, text)."""
        try:
            with urllib.request.urlopen(self.address + path, data=body, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def decide(self, facts, as_of="2017-06-24"):
        status, text = self.post(f"/decide?as_of={as_of}", json.dumps(facts).encode())
        return status, json.loads(text)

    def put(self, text):
        following = self.rules.with_suffix(".next")
        following.write_text(text, encoding="utf-8")
        os.replace(following, self.rules)

    def amount(self):
        return self.decide(APPLICANT)[1]["decisions"]["funding"]["amount"]

    def test_it_decides(self):
        status, outcome = self.decide(APPLICANT)
        self.assertEqual((status, outcome["decisions"]["funding"]["status"]), (200, "eligible"))
        self.assertEqual(self.decide(APPLICANT, "2017-06-23")[1]["decisions"]["funding"]["unmet"], ["waited"])

    def test_bad_requests_are_refused(self):
        status, outcome = self.decide({**APPLICANT, "raised": "-1.00"})
        self.assertEqual(status, 422)
        self.assertEqual([error["code"] for error in outcome["errors"]], ["RFS603"])
        self.assertEqual(self.post("/decide?as_of=today", b"{}")[0], 400)
        self.assertEqual(self.post("/decide?as_of=2017-06-24", b"{")[0], 422)
        self.assertEqual(self.amount(), "150.00")

    def test_a_request_swaps_the_rules(self):
        self.put(self.text.replace(*TEN_PERCENT))
        self.assertEqual(self.amount(), "150.00")
        self.assertEqual(self.post("/reload")[0], 200)
        self.assertEqual(self.amount(), "100.00")

    def test_a_signal_swaps_the_rules(self):
        self.put(self.text.replace(*TEN_PERCENT))
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while self.amount() != "100.00" and time.monotonic() < end:
            time.sleep(0.01)
        self.assertEqual(self.amount(), "100.00")

    def test_rules_that_are_refused_leave_those_in_force(self):
        self.put(self.text.replace("waited and", "waitd and"))
        status, findings = self.post("/reload")
        self.assertEqual(status, 409)
        self.assertIn("error[RFS301]", findings)
        self.assertEqual(self.amount(), "150.00")

    def test_it_ends_when_told(self):
        self.assertEqual(self.decide(APPLICANT)[0], 200)
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(timeout=10), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

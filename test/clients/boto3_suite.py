"""What programs do with boto3, against a running server. Prints one JSON line per test: its name and its failure.

Usage: python3 boto3_suite.py environments|apps|branches|deployments|builds|keys, with the environment that
boto3.test.ts gives.
"""

import importlib
import json
import re
import sys
import unittest


class Report(unittest.TestResult):
    """One line per test, so that each can be looked up by its name."""

    def startTest(self, test):
        super().startTest(test)
        self.problems = []

    def addError(self, test, error):
        self.problems.append(self._exc_info_to_string(error, test))

    addFailure = addError

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.problems.append(f"{subtest}\n{self._exc_info_to_string(error, test)}")

    def stopTest(self, test):
        super().stopTest(test)
        name = re.sub(r"^test_", "", test.id().split(".")[-1]).replace("_", " ")
        print(json.dumps({"name": name, "failure": "\n".join(self.problems)}), flush=True)


if __name__ == "__main__":
    suite = importlib.import_module(f"boto3_{sys.argv[1]}")
    unittest.defaultTestLoader.loadTestsFromModule(suite).run(Report())

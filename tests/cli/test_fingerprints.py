"""The hash over all events of every shipped scenario, cut short, is the one that tests/golden/fingerprints.json says.

UPDATE_GOLDEN=1 writes those of now; a new scenario wants a duration there by hand."""

import json
import os
import pathlib
import unittest

from support import ROOT, ProgramTest

EXPECTED = ROOT / "tests" / "golden" / "fingerprints.json"


class Fingerprints(ProgramTest):
    def fingerprint_of(self, name, duration_s, **case):
        sets = [word for value in case.get("sets", []) for word in ("--set", value)]
        return self.simulate(f"configs/scenario/{name}.json", "--set", f"/duration_s={duration_s}", *sets,
                             out=name).summary["fingerprint"]

    def test_of_shipped_scenarios(self):
        expected = json.loads(EXPECTED.read_text())
        self.assertEqual(sorted(expected), sorted(path.stem for path in pathlib.Path(ROOT, "configs", "scenario").glob("*.json")))
        found = {name: dict(case, fingerprint=self.fingerprint_of(name, **case)) for name, case in expected.items()}
        if os.environ.get("UPDATE_GOLDEN"):
            EXPECTED.write_text(json.dumps(found, indent=2) + "\n")
        else:
            self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main()

"""Pages and schemas in the repository are what the program generates, and files are as the schemas say."""

import json
import subprocess
import unittest

from support import PYTHON, ROOT, ProgramTest, has_modules

GENERATED = {"docs/reference.md": ["--reference"],
             "docs/summary.md": ["--summary"],
             "configs/schema/scenario.schema.json": ["--schema", "scenario"],
             "configs/schema/study.schema.json": ["--schema", "study"]}

VALIDATE = """
import json, sys
from jsonschema import Draft202012Validator
validator = Draft202012Validator(json.load(open(sys.argv[1])))
Draft202012Validator.check_schema(validator.schema)
for file in sys.argv[2:]:
    for error in validator.iter_errors(json.load(open(file))):
        print(file, "/".join(map(str, error.absolute_path)), error.message[:200])
"""


class Generated(ProgramTest):
    def test_files_are_those_of_this_version(self):
        for name, options in GENERATED.items():
            with self.subTest(name=name):
                self.assertEqual(self.ok("describe", *options).stdout, (ROOT / name).read_text(),
                                 f"run headroom describe {' '.join(options)} >{name}")


@unittest.skipUnless(has_modules("jsonschema"), "python3-jsonschema is not installed")
class Valid(ProgramTest):
    def broken(self, kind, *files):
        schema = ROOT / f"configs/schema/{kind}.schema.json"
        return subprocess.run([PYTHON, "-c", VALIDATE, schema, *files], check=True, capture_output=True, text=True).stdout

    def test_shipped_studies_are(self):
        files = sorted((ROOT / "configs/study").glob("*.json"))
        self.assertTrue(files)
        self.assertEqual(self.broken("study", *files), "")

    def test_shipped_scenarios_are_with_what_they_include_and_what_comes_out(self):
        for name, case in json.loads((ROOT / "tests/golden/fingerprints.json").read_text()).items():
            self.ok("run", f"configs/scenario/{name}.json", "--set", f"/duration_s={case['duration_s']}", "--out", self.folder / name)
        self.assertEqual(self.broken("scenario", *self.folder.glob("*/resolved.json")), "")
        for kind in ("power", "latency", "events", "series", "nodes", "heat", "host"):
            self.assertEqual(self.broken(kind, *self.folder.glob(f"*/{kind}.json")), "", kind)
            self.assertEqual(self.ok("describe", "--schema", kind).stdout, (ROOT / f"configs/schema/{kind}.schema.json").read_text())

    def test_of_outputs_refuse_what_they_do_not_name(self):
        good = {"time_s": 1.0, "kind": "trip", "target": "row0", "cause": "20 % above its rating"}
        for bad in ({"kind": "shrug"}, {"target": None}, {"mood": 1.0}, {"count": 2, "paths": ["a", "b"]}):
            file = self.write("events.json", {"events": [good | bad]})
            self.assertNotEqual(self.broken("events", file), "", bad)

    def test_a_wrong_value_deep_inside_is_not(self):
        scenario = json.loads((ROOT / "configs/scenario/training_waveform.json").read_text())
        scenario["workload"]["jobs"][0]["waveform"]["edge"] = {"nonsense": 1}
        scenario["hardware"] = "h100_alone"
        self.assertIn("nonsense", self.broken("scenario", self.write("s.json", scenario)))


if __name__ == "__main__":
    unittest.main()

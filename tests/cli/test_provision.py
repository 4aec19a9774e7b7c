"""`headroom provision`: its rows, its refusals, and the script that reads them."""

import csv
import io
import json
import unittest

from support import ScriptTest, has_modules


class Provision(ScriptTest):
    def provision(self, *arguments):
        return self.ok("provision", "murakkab", *arguments).stdout

    def load(self, name, text):
        return "/workflows/video_qa/load=" + json.dumps({"path": self.write(name, text), "column": "requests"})

    def test_rows_repeat_and_are_the_same_in_every_format(self):
        rows = json.loads(self.provision("--format", "json"))
        self.assertEqual(rows, json.loads(self.provision()))
        table = list(csv.DictReader(io.StringIO(self.provision("--format", "csv"))))
        self.assertEqual([row["part"] for row in table], [row["part"] for row in rows])
        self.assertIn("jointly", self.provision("--format", "table"))
        days = {row["policy"]: row for row in rows if row["part"] == "day"}
        self.assertEqual(list(days), ["static", "autoscaled", "optimised", "jointly"])
        costs = [day["usd"] for day in days.values()]
        self.assertEqual(costs, sorted(costs, reverse=True))

    def test_refusals(self):
        for sets, said in [
                ([self.load("gap.csv", "minute,requests\n0,5\n2,5\n")], "gap.csv:3: minute 1 is missing"),
                ([self.load("short.csv", "minute,requests\n0,5\n1,5\n")], "2 minutes are not the"),
                (["/workflows/video_qa/slos/0/fraction=0.5"], "/workflows/video_qa/slos: the fractions sum to 0.8, not to 1"),
                (["/workflows/video_qa/accuracy_tiers_percent/1=80"], "the closest, Gemma-3-27B F10 STT, has 66.2 %"),
                (["/workflows/video_qa/configurations/0/llm=GPT-0"], "no operating point of /points is of \"GPT-0\""),
                (["/gpus/A100/most_gpus=8", "/gpus/H100/most_gpus=8"], "murakkab.json: /gpus: too few for minutes 0 to 59"),
                (["/alpha_ratio=0.5"], "/alpha_ratio"), (["/baseline/gpu=H200"], "/baseline")]:
            with self.subTest(said=said):
                self.refuses(["provision", "murakkab", *(word for value in sets for word in ("--set", value))], said)

    def test_an_epoch_shorter_than_a_start_is_warned_of(self):
        done = self.ok("provision", "murakkab", "--set", "/epoch_min=10", "--set", "/start_min=20")
        self.assertIn("is over before an instance has started", done.stderr)

    @unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
    def test_the_script_draws(self):
        rows, picture = self.write("rows.json", self.provision("--format", "json")), self.folder / "day.png"
        done = self.script("murakkab.py", rows, "--save", picture)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| static |", done.stdout)
        self.assertGreater(picture.stat().st_size, 10000)


if __name__ == "__main__":
    unittest.main()

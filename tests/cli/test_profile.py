"""`profile`: what short runs of one instance say of its power and latencies, as files, a table and a picture."""

import csv
import json
import unittest

from support import ScriptTest, has_modules, small_scenario

SLO = {"all": {"ttft_s": 2, "tbt_s": 0.2}}
GRID = {"least_clock_mhz": 1000, "clock_step_mhz": 400, "loads": 2, "requests": 200}


class ProfileTest(ScriptTest):
    def scenario(self, **changes):
        return self.write("scenario.json", small_scenario(slo=SLO, profile=GRID, **changes))

    def profile(self, *arguments, name="profile.json"):
        done = self.ok("profile", self.scenario(), "--out", self.folder / name, *arguments, env={"HEADROOM_CACHE": str(self.folder / "cache")})
        return done, (self.folder / name).read_text()

    def test_writes_json_and_a_table(self):
        done, text = self.profile()
        profile = json.loads(text)
        [variant] = profile["variants"]
        [pool] = variant["pools"]
        self.assertEqual([curve["clock_mhz"] for curve in pool["clocks"]], [1005, 1395, 1410])
        for curve in pool["clocks"]:
            self.assertEqual(curve["tokens_per_s"][0], 0)
            self.assertEqual(curve["tokens_per_s"][-1], curve["largest_tokens_per_s"])
            self.assertLessEqual(curve["ttft_p99_s"][-1], 2)
        self.assertIn("largest load", done.stdout)
        self.assertIn("written to", done.stdout)

    def test_csv_has_a_row_a_point(self):
        rows = list(csv.DictReader(self.profile(name="profile.csv")[1].splitlines()))
        curves = json.loads(self.profile()[1])["variants"][0]["pools"][0]["clocks"]
        self.assertEqual(len(rows), sum(len(curve["tokens_per_s"]) for curve in curves))
        self.assertEqual(float(rows[-1]["gpu_w"]), curves[-1]["gpu_w"][-1])

    def test_is_the_same_from_the_cache_and_on_any_number_of_threads(self):
        first = self.profile()[1]
        [kept] = (self.folder / "cache").glob("profile-*.json")
        before = kept.stat().st_mtime_ns
        self.assertEqual(self.profile("--force")[1], first)
        self.assertEqual(kept.stat().st_mtime_ns, before)
        self.assertEqual(self.profile("--force", "--no-cache", "--jobs", "3", "--quiet")[1], first)

    def test_refusals(self):
        _, text = self.profile()
        scenario = self.scenario()
        self.refuses(["profile", scenario, "--out", self.folder / "profile.json"], "exists; --force replaces it")
        self.assertEqual((self.folder / "profile.json").read_text(), text)
        self.refuses(["profile", scenario, "--out", self.folder / "profile.txt"], "must end in .json or .csv")
        self.refuses(["profile", scenario, "--out", self.folder / "new.json", "--no-cache", "--set", "/slo={}"],
                     "/slo: a profile needs a latency target")
        self.refuses(["profile", "configs/scenario/training_start_stop.json", "--out", self.folder / "new.json"], "has no services")

    @unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
    def test_picture(self):
        self.profile()
        file = self.folder / "picture.svg"
        done = self.script("plot_profile.py", self.folder / "profile.json", "--save", file)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", f"{file}\n"))
        for word in ["1410 MHz", "time to first token"]:
            self.assertIn(word, file.read_text())
        self.refuses_script("plot_profile.py", [self.folder / "profile.json", "--pool", "none"], "--pool none: not in the profile")


if __name__ == "__main__":
    unittest.main()

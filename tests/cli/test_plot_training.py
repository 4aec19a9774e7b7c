"""The picture of a training run's power, from output files made by hand."""

import json
import math
import unittest

from support import ScriptTest, has_modules

PNG = b"\x89PNG\r\n\x1a\n"
SAMPLE_S = 0.02


def samples(swing_w, count=3000):
    return [1e6 + (swing_w if math.sin(i / 20) > 0 else -swing_w) for i in range(count)]


@unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
class PlotTraining(ScriptTest):
    def output(self, name, swing_w=1e5, stages=(), limit=True, nodes=("site",), sample_s=SAMPLE_S):
        folder = self.folder / name
        folder.mkdir()
        values = {"band": {"from_hz": 0.1, "to_hz": 20}, "in_band_rms_w": swing_w, "max_swing_1s_w": 2 * swing_w}
        if limit:
            values |= {"spec": "by_hand", "verdicts": {"in_band_bin_w": {"limit": 1000}}}
        content = {
            "grid": {"nodes": {node: {"start_s": 30.0, "sample_s": sample_s, "power_w": samples(swing_w)} for node in nodes}},
            "spectrum": {"nodes": {node: {"frequency_hz": [0, 0.5, 1, 25], "amplitude_w": [0, swing_w, 10, 0]} for node in nodes}},
            "summary": {"scenario": "by hand", "grid": {node: values for node in nodes}, "smoothing": {"burned_fraction": 0.1}},
            "resolved": {"smoothing": {stage: {"enabled": True} for stage in stages}}}
        for file, value in content.items():
            (folder / f"{file}.json").write_text(json.dumps(value))
        return folder

    def words(self, *arguments):
        """What the picture says: the comments of an .svg, in which text is drawn as shapes."""
        file = self.folder / "picture.svg"
        done = self.script("plot_training.py", *arguments, "--save", file)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", f"{file}\n"))
        return file.read_text()

    def test_one_run_stands_beside_its_directory(self):
        self.assertEqual(self.script("plot_training.py", self.output("run")).returncode, 0)
        self.assertTrue((self.folder / "run.png").read_bytes().startswith(PNG))

    def test_one_run_has_no_comparison(self):
        text = self.words(self.output("run", limit=False, nodes=("site", "row0")), "--node", "row0")
        self.assertIn("row0", text)
        self.assertNotIn("without", text)
        self.assertNotIn("limit of", text)

    def test_two_runs_that_differ_in_the_storage(self):
        text = self.words(self.output("run", 1e3, stages=["rack_storage"]), self.output("base"))
        for word in ["(c) Into the storage", "(d) Spectrum", "without", "limit of by_hand", "10 % burned"]:
            self.assertIn(word, text)

    def test_what_smoothing_adds_is_not_all_in_the_storage(self):
        text = self.words(self.output("run", 1e3, stages=["rack_storage", "firefly"]), self.output("base"))
        self.assertIn("(c) Added by smoothing", text)

    def test_refusals(self):
        run = self.output("run")
        self.refuses_script("plot_training.py", [self.folder / "nowhere"], "nowhere", "no such output directory")
        (self.folder / "empty").mkdir()
        self.refuses_script("plot_training.py", [self.folder / "empty"], "grid.json", "with a grid section")
        self.refuses_script("plot_training.py", [self.output("none", nodes=())], "has no nodes")
        self.refuses_script("plot_training.py", [run, "--node", "row7"], "--node row7", "site")
        self.refuses_script("plot_training.py", [run, self.output("coarse", sample_s=0.01)], "coarse", "0.01 s")
        self.refuses_script("plot_training.py", [run, "--from", "1000"], "--from 1000", "from 30 to 90 s")
        (run / "spectrum.json").write_text("{}")
        self.refuses_script("plot_training.py", [run], "lacks the value 'nodes'")


if __name__ == "__main__":
    unittest.main()

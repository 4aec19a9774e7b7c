"""The pictures of a run and of the model, and the help of the profile."""

import json
import unittest

from support import ROW, ScriptTest, has_modules, small_scenario

PNG = b"\x89PNG\r\n\x1a\n"
# Too small a budget for its load, so that locks and brakes are there to be drawn.
TIGHT = ["--set", "/duration_s=300", "--set", "/site/levels/0/budget_w=125000"]


@unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
class Plot(ScriptTest):
    def draws(self, file, *arguments):
        done = self.script("plot.py", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        picture = file.read_bytes()
        self.assertTrue(picture.startswith(PNG))
        self.assertGreater(len(picture), 10000)

    def test_picture_stands_beside_the_output(self):
        output = self.simulate(small_scenario())
        files = output.files()
        self.draws(self.folder / "out.png", self.folder / "out")
        self.assertEqual(output.files(), files)

    def test_locks_and_brakes(self):
        for policy in ("polca", "one_threshold_all", "no_cap"):
            with self.subTest(policy=policy):
                output = self.simulate(ROW, *TIGHT, "--set", f"/policy={policy}", out=policy)
                self.assertGreater(len(output.events), 0)
                self.draws(self.folder / "named.png", self.folder / policy, "--save", self.folder / "named.png")

    def test_a_pdf_has_fonts_that_journals_take(self):
        self.simulate(small_scenario())
        done = self.script("plot.py", self.folder / "out", "--save", self.folder / "out.pdf")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(b"/Type3", (self.folder / "out.pdf").read_bytes())

    def test_a_rack_alone(self):
        self.simulate(small_scenario())
        self.draws(self.folder / "rack.png", self.folder / "out", "--node", "row0/rack0", "--save", self.folder / "rack.png")

    def test_without_thresholds_and_classes(self):
        output = self.simulate(small_scenario())
        (output.folder / "resolved.json").unlink()
        latency = output.json("latency.json")
        latency["classes"] = {}
        (output.folder / "latency.json").write_text(json.dumps(latency))
        self.draws(self.folder / "out.png", self.folder / "out")

    def test_refusals(self):
        self.refuses_script("plot.py", [self.folder / "nowhere"], "nowhere", "no such output directory")
        empty = self.folder / "empty"
        empty.mkdir()
        self.refuses_script("plot.py", [empty], "summary.json", "no such file")
        output = self.simulate(small_scenario())
        self.refuses_script("plot.py", [output.folder, "--node", "row7"], "row7", "row0")
        self.refuses_script("plot.py", [output.folder, "--save", self.folder / "x.doc"], "x.doc")
        (output.folder / "power.json").write_text("{")
        self.refuses_script("plot.py", [output.folder], "power.json", "not JSON")


@unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
class Model(ScriptTest):
    def test_picture_of_the_model(self):
        done = self.script("draw_model.py", "--save", self.folder / "model.png")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue((self.folder / "model.png").read_bytes().startswith(PNG))

    def test_its_delays_are_those_of_the_scenario(self):
        done = self.script("draw_model.py", "--save", self.folder / "model.svg")
        self.assertEqual(done.returncode, 0, done.stderr)
        shown = (self.folder / "model.svg").read_text()
        for text in ("0 s", "2 s", "4 s", "9 s", "44 s"):
            self.assertIn(f"<!-- {text} -->", shown)

    def test_a_picture_that_cannot_be_written(self):
        self.refuses_script("draw_model.py", ["--save", self.folder / "nowhere/model.png"], "model.png", "cannot write")


class Profile(ScriptTest):
    def test_help_builds_nothing(self):
        for arguments in (["--help"], ["polca_row", "--help"]):
            done = self.script("profile.py", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("valgrind", done.stdout)
            self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()

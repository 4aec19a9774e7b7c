"""`headroom grid` on an output directory made by hand: what it prints, exit codes, and what it refuses."""

import json
import math
import unittest

from support import ProgramTest


def sine(mean_w, amplitude_w, frequency_hz, seconds=120):
    return [mean_w + amplitude_w * math.sin(2 * math.pi * frequency_hz * 0.02 * i) for i in range(50 * seconds)]


class GridTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.out = str(self.folder / "run")
        (self.folder / "run").mkdir()
        self.run_with({"nodes": ["site", "row"]}, {"site": sine(100e6, 4e6, 0.5), "row0": sine(1e6, 4e3, 0.5)})

    def run_with(self, settings, powers):
        self.write("run/resolved.json", {"name": "by hand", "grid": settings})
        self.write("run/grid.json", {"format": 1, "nodes": {
            node: {"start_s": 0.0, "sample_s": 0.02, "power_w": power} for node, power in powers.items()}})

    def spec(self, **limits):
        return self.write("spec.json", {"name": "mine", **limits})

    def outside(self, *arguments):
        """Exit code 4 and nothing on stderr; returns what it printed."""
        done = self.program("grid", self.out, *arguments)
        self.assertEqual((done.returncode, done.stderr), (4, ""))
        return done.stdout

    def nodes(self, *arguments):
        return json.loads(self.ok("grid", self.out, "--json", *arguments).stdout)


class Prints(GridTest):
    def test_values_of_every_node_without_a_specification(self):
        nodes = self.nodes()
        self.assertEqual(list(nodes), ["site", "row0"])
        site = nodes["site"]
        self.assertAlmostEqual(site["in_band_rms_w"] / (4e6 / math.sqrt(2)), 1, 5)
        self.assertAlmostEqual(site["in_band_fraction"], 1, 5)
        self.assertAlmostEqual(site["in_band_bin_w"] / 4e6, 1, 5)
        self.assertAlmostEqual(site["max_swing_1s_w"] / 8e6, 1, 5)
        self.assertAlmostEqual(site["max_ramp_w_per_s"] / 8e6, 1, 5)
        self.assertNotIn("verdicts", site)
        self.assertEqual(list(self.nodes("--node", "row0")), ["row0"])

    def test_a_table(self):
        text = self.ok("grid", self.out).stdout
        self.assertRegex(text, r"^band 0.1 to 20 Hz, ramps over 1 s\n\nnode +in band W")
        self.assertRegex(text, r"\nsite +2.828\d*e\+06 +1.0000 +4e\+06 ")

    def test_what_one_second_means_show(self):
        site = self.nodes("--instrument", "one_second_mean")["site"]
        self.assertAlmostEqual(site["in_band_bin_w"] / (4e6 * 2 / math.pi), 1, 3)  # sinc(0.5)

    def test_the_instrument_of_the_run_unless_told_otherwise(self):
        self.run_with({"instrument": "one_second_mean"}, {"site": sine(100e6, 4e6, 0.5)})
        self.assertAlmostEqual(self.nodes()["site"]["in_band_bin_w"] / 2.546e6, 1, 3)
        self.assertAlmostEqual(self.nodes("--instrument", "none")["site"]["in_band_bin_w"] / 4e6, 1, 3)


    def test_a_warning_about_few_samples(self):
        self.run_with({}, {"site": sine(100e6, 4e6, 0.5, seconds=12)})
        self.assertEqual(self.ok("grid", self.out).stderr,
                         "headroom: warning: /grid/site: its samples last 12 s, less than three periods of the band's "
                         "bottom (30 s)\n")


class Judges(GridTest):
    def test_passes_limits_that_are_kept(self):
        text = self.ok("grid", self.out, "--spec", self.spec(dynamic_range_w=8.1e6)).stdout
        self.assertRegex(text, r"\nsite against mine\n.*\n +dynamic_range_w +8.1e\+06 +8e\+06 +100000  passed\n")

    def test_ends_with_4_where_one_is_not(self):
        file = self.spec(dynamic_range_w=7e6, in_band_bin_w=5e6)
        text = self.outside("--spec", file)
        self.assertRegex(text, r"\n +dynamic_range_w +7e\+06 +8e\+06 +-1e\+06  FAILED\n +in_band_bin_w .* passed\n")
        nodes = json.loads(self.outside("--spec", file, "--json"))
        self.assertEqual([node["passed"] for node in nodes.values()], [False, True])
        self.assertFalse(nodes["site"]["verdicts"]["dynamic_range_w"]["passed"])
        self.ok("grid", self.out, "--spec", file, "--node", "row0")

    def test_by_the_specification_of_the_run_unless_told_otherwise(self):
        self.run_with({"spec": {"name": "run's", "dynamic_range_w": 7e6}}, {"site": sine(100e6, 4e6, 0.5)})
        self.assertIn("site against run's", self.outside())
        self.ok("grid", self.out, "--spec", self.spec(dynamic_range_w=9e6))

    def test_by_a_shipped_placeholder_that_says_so(self):
        self.assertIn("site against placeholder", self.outside("--spec", "placeholder"))
        self.assertIn("placeholder", self.ok("list", "spec").stdout)


class Refuses(GridTest):
    def refuses_spec(self, spec, *expected):
        done = self.refuses(["grid", self.out, "--spec", self.write("spec.json", spec)], *expected)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def refuses(self, arguments, *expected, code=2):
        done = super().refuses(arguments, *expected, code=code)
        self.assertEqual(done.stdout, "")
        return done

    def test_specifications_that_make_no_sense(self):
        self.refuses_spec({"name": "a", "dynamic_range_w": 1, "band": {"from_hz": 3, "to_hz": 3}},
                          "spec.json: /band: is empty: from_hz (3) must be below to_hz (3)")
        self.refuses_spec({"name": "a", "ramp_up_w_per_s": 0}, "spec.json: /ramp_up_w_per_s: must be at least 0.001 and at most 1e+15, not 0")
        self.refuses_spec({"name": "a"}, "must have at least one limit")
        self.refuses_spec({"name": "a", "ramp_w_per_s": 1, "dynamic_range_w": 1}, "unknown key", "did you mean")

    def test_a_band_that_was_not_sampled(self):
        file = self.write("spec.json", {"name": "a", "in_band_bin_w": 9e8, "band": {"from_hz": 1, "to_hz": 50}})
        done = self.program("grid", self.out, "--spec", file)
        self.assertEqual(done.returncode, 4)
        self.assertIn("resolves up to 25 Hz only, and the band ends at 50 Hz", done.stderr)

    def test_names_that_do_not_exist(self):
        self.refuses(["grid", self.out, "--spec", "placeholdr"], 'did you mean "placeholder"?')
        self.refuses(["grid", self.out, "--node", "row1"], "there are: site, row0", 'did you mean "row0"?')
        self.refuses(["grid", self.out, "--node", ""], 'no node that was watched is called ""')
        self.refuses(["grid", self.out, "--spec", "/dev/null"], "--spec: cannot read /dev/null: it is a pipe or a device, not a file")
        self.refuses(["grid", self.out, "--instrument", "ear"], "--instrument")

    def test_directories_that_hold_no_samples(self):
        self.refuses(["grid", self.folder], "holds no grid.json")
        self.refuses(["grid", self.folder / "nowhere"], "holds no grid.json")
        self.run_with({}, {"site": [1.0]})
        self.refuses(["grid", self.out], "has no node with two samples or more")
        self.write("run/resolved.json", {"name": "by hand"})
        self.refuses(["grid", self.out], "/grid: missing")
        self.write("run/grid.json", {"format": 1})
        self.refuses(["grid", self.out], "grid.json: /nodes: missing")


if __name__ == "__main__":
    unittest.main()

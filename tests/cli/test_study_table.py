"""The table of a sweep, from sweep.json files made by hand and from a small sweep."""

import json
import unittest

from support import ScriptTest, small_scenario

SERVERS, RATE = "/site/servers", "/workload/synthetic/rate_per_s"
P50, LOW_P99 = "/classes/high/latency/e2e_s/p50", "/classes/low/latency/e2e_s/p99"
IMPACT = "/impact_fraction"
VALUES = {"/throttle/clock_locks": 1234, "/throttle/brakes": 2, "/power/row0/telemetry_peak_w": 101000, "/power/row0/budget_w": 100000,
          "/throttle/throttled_server_s": 5400.0, P50: 10.414, LOW_P99: 0.51234, "/classes/high/requests/completed": 3,
          "/classes/high/requests/arrived": 4, "/power/row0/max_rise_fraction/2s": 0.0821, "/energy/it_kwh": 12345.6}


def point(axes, reference=None, **values):
    name = ",".join(f"{axis}={value}" for axis, value in axes.items())
    impacts = {IMPACT + pointer: 0.0 for pointer in (P50, LOW_P99)}
    return {"point": name, "outcome": "done", "reference": reference or name, **axes, **VALUES, **impacts, **values}


def failed(axes):
    return {**{key: value for key, value in point(axes).items() if key not in VALUES and IMPACT not in key}, "outcome": "failed"}


def sweep(points, **changes):
    axes = [key for key in points[0] if key.startswith("/") and key not in VALUES and IMPACT not in key] if points else []
    return {"format": 1, "study": "by_hand", "version": "0.1.0", "axes": axes, "metrics": list(VALUES), "impacts": [P50, LOW_P99],
            "points": points, **changes}


class StudyTable(ScriptTest):
    def text(self, folder, *arguments):
        done = self.script("study_table.py", folder, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def table(self, content):
        """Heading and rows as lists of cells, and the lines below."""
        text = self.text(self.sweep_folder(content))
        table, _, notes = text.partition("\n\n")
        lines = table.splitlines()
        self.assertEqual(len({len(line) for line in lines}), 1, "not aligned:\n" + text)
        self.assertEqual(set(lines.pop(1)), set("|-:"))
        cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
        return cells[0], cells[1:], [line.strip() for line in notes.splitlines()]

    def test_known_columns(self):
        none = point({"/policy": "none"})
        polca = point({"/policy": "polca"}, none["point"], **{IMPACT + P50: 0.0454, IMPACT + LOW_P99: -0.0001})
        heading, rows, notes = self.table(sweep([none, polca]))
        shared = ["1,234", "2", "1.010", "1.5 h"]
        rest = ["0.7500", "0.0821", "12,346"]
        self.assertEqual(heading, ["policy", "locks", "brakes", "peak sample", "throttled", "high p50", "low p99", "high done",
                                   "max_rise_fraction 2s", "energy it_kwh"])
        self.assertEqual(rows, [["none", *shared, "10.41 s", "0.512 s", *rest], ["polca", *shared, "+4.5 %", "+0.0 %", *rest]])
        self.assertIn("%: change against policy none, where the value itself stands.", notes)
        self.assertIn("peak sample: largest telemetry sample over the budget.", notes)

    def test_axes_that_vary_and_of_linked_ones_the_first(self):
        points = [point({"/policy": p, SERVERS: n, RATE: n / 10, "/seed": 1}) for p in ("none", "polca") for n in (40, 52)]
        heading, rows, notes = self.table(sweep(points))
        self.assertEqual(heading[:3], ["policy", "servers", "locks"])
        self.assertEqual([row[:2] for row in rows], [["none", "40"], ["none", "52"], ["polca", "40"], ["polca", "52"]])
        self.assertIn(f"`{RATE}` goes with servers.", notes)

    def test_a_single_point_shows_its_first_axis(self):
        heading, rows, _ = self.table(sweep([point({"/seed": 7, SERVERS: 40})]))
        self.assertEqual((heading[:2], rows[0][0]), (["seed", "locks"], "7"))

    def test_values_of_axes_that_are_objects_or_have_bars(self):
        kinds = [[{"kind": "none"}], [{"kind": "polca", "t1_fraction": 0.75}], [{"kind": "polca", "t1_fraction": 0.8}]]
        _, rows, _ = self.table(sweep([point({"/policy/controllers": kind}) for kind in kinds]))
        self.assertEqual([row[0] for row in rows], ["none", "polca, t1 0.75", "polca, t1 0.8"])
        _, rows, _ = self.table(sweep([point({"/name": "a|b"})]))
        self.assertEqual(rows[0][0], "a\\|b")

    def test_failed_points_and_absent_values(self):
        bad = failed({SERVERS: 52})
        lacking = point({SERVERS: 60})
        del lacking["/power/row0/budget_w"], lacking[P50], lacking["/energy/it_kwh"]
        _, rows, notes = self.table(sweep([point({SERVERS: 40}), bad, lacking]))
        self.assertEqual(rows[1], ["52", "failed", *["-"] * 8])
        self.assertEqual([rows[2][i] for i in (3, 5, 9)], ["-"] * 3)
        self.assertIn("1 of 3 points failed.", notes)

    def test_half_of_a_quotient_is_a_metric_of_its_own(self):
        heading, rows, _ = self.table(sweep([point({"/seed": 1})], metrics=["/power/row0/telemetry_peak_w", "/classes/high/requests/arrived"]))
        self.assertEqual((heading[1:3], rows[0][1:3]), (["row0 telemetry_peak_w", "high arrived"], ["101,000", "4"]))

    def test_an_impact_without_its_metric_is_a_column(self):
        none = point({"/policy": "none"})
        polca = point({"/policy": "polca"}, none["point"], **{IMPACT + P50: 0.5})
        heading, rows, notes = self.table(sweep([none, polca], metrics=["/throttle/brakes"], impacts=[P50]))
        self.assertEqual((heading, rows), (["policy", "brakes", "high p50 change"], [["none", "2", "+0.0 %"], ["polca", "2", "+50.0 %"]]))
        self.assertIn("%: change against policy none.", notes)

    def test_columns_of_one_name_are_told_apart(self):
        metrics = ["/power/row0/max_rise_fraction/2s", "/power/row1/max_rise_fraction/2s", "/throttle/brakes"]
        heading, _, _ = self.table(sweep([point({"/seed": 1})], metrics=metrics, impacts=[]))
        self.assertEqual(heading, ["seed", *metrics[:2], "brakes"])

    def test_a_real_sweep(self):
        self.write("small.json", small_scenario())
        study = self.write("study.json", {
            "name": "real", "scenario": "small.json", "axes": {RATE: [1, 2], "/policy": ["none", "no_cap"]}, "reference": {RATE: 1},
            "metrics": ["/latency/e2e_s/p50", "/requests/completed", "/requests/arrived"], "impacts": ["/latency/e2e_s/p50"]})
        self.ok("sweep", study, "--out", self.folder / "real")
        points = json.loads((self.folder / "real/sweep.json").read_text())["points"]
        saved = self.folder / "table.md"
        text = self.text(self.folder / "real", "--save", saved)
        self.assertEqual(saved.read_text(), text)
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
        self.assertEqual(rows[0], ["requests a second", "policy", "p50", "done"])
        self.assertEqual([row[:2] for row in rows[2:]], [["1", "none"], ["1", "no_cap"], ["2", "none"], ["2", "no_cap"]])
        self.assertEqual(rows[2][2], f"{points[0]['/latency/e2e_s/p50']:.2f} s")
        self.assertEqual(rows[5][2], f"{100 * points[3][IMPACT + '/latency/e2e_s/p50']:+.1f} %")
        self.assertIn("change against requests a second 1", text)

    def test_refusals(self):
        name = "study_table.py"
        self.refuses_script(name, [self.folder / "nowhere"], "nowhere", "no such output directory")
        (self.folder / "empty").mkdir()
        self.refuses_script(name, [self.folder / "empty"], "sweep.json", "headroom sweep")
        for content, expected in [("{", "not JSON"), ({}, "lacks the value 'points'"), ("[]", "has no points"), (sweep([]), "has no points"),
                                  (sweep([point({"/seed": 1})], metrics=[], impacts=[]), "neither metrics nor impacts")]:
            with self.subTest(expected=expected):
                self.refuses_script(name, [self.sweep_folder(content)], expected)
        folder = self.sweep_folder(sweep([point({"/seed": 1})]))
        self.refuses_script(name, [folder, "--save", self.folder / "nowhere/table.md"], "--save", "No such file or directory")


if __name__ == "__main__":
    unittest.main()

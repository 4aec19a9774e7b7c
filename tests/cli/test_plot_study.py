"""The picture of a sweep, from sweep.json files made by hand."""

import json
import unittest

from support import ScriptTest, has_modules

PNG = b"\x89PNG\r\n\x1a\n"
SERVERS, RATE = "/site/servers", "/workload/synthetic/rate_per_s"
BRAKES = "/throttle/brakes"
IMPACTS = [f"/classes/{priority}/latency/e2e_s/{p}" for priority in ("high", "low") for p in ("p50", "p99")]


def point(axes, brakes, change):
    return {"point": json.dumps(axes), "outcome": "done", **axes, BRAKES: brakes,
            **{"/impact_fraction" + pointer: change for pointer in IMPACTS}}


def sweep(points, **changes):
    axes = [key for key in points[0] if key.startswith("/") and key != BRAKES and "impact" not in key] if points else []
    return {"format": 1, "study": "by_hand", "version": "0.1.0", "axes": axes, "metrics": [BRAKES], "impacts": IMPACTS,
            "points": points, **changes}


def servers_by_policy():
    """The load is linked to the servers and makes no lines."""
    return [point({"/policy": policy, SERVERS: n, RATE: n / 10}, brakes=(n - 40) ** 2 * i, change=0.01 * i)
            for i, policy in enumerate(["none", "no_cap", "polca"]) for n in (40, 48, 56)]


@unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
class PlotStudy(ScriptTest):
    def draws(self, content, *arguments, suffix=".png"):
        file = self.folder / f"picture{suffix}"
        done = self.script("plot_study.py", self.sweep_folder(content), "--save", file, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout, f"{file}\n")
        return file

    def words(self, content, *arguments):
        """What the picture says: the comments of an .svg, in which text is drawn as shapes."""
        return self.draws(content, *arguments, suffix=".svg").read_text()

    def refuses(self, content, *expected, options=()):
        self.refuses_script("plot_study.py", [self.sweep_folder(content), *options], *expected)

    def test_picture_stands_beside_the_sweep(self):
        folder = self.sweep_folder(sweep(servers_by_policy()))
        self.assertEqual(self.script("plot_study.py", folder).returncode, 0)
        self.assertTrue((self.folder / "sweep.png").read_bytes().startswith(PNG))
        self.assertEqual([file.name for file in folder.iterdir()], ["sweep.json"])

    def test_lines_are_the_axes_that_do_not_follow_the_abscissa(self):
        text = self.words(sweep(servers_by_policy()))
        for name in ["<!-- none -->", "<!-- no_cap -->", "<!-- polca -->", "<!-- servers -->", "<!-- servers above 40, % -->",
                     "<!-- (a) Power brakes -->", "<!-- (e) Low priority, end to end, p99 -->", "<!-- limit of POLCA's authors -->"]:
            self.assertIn(name, text)
        self.assertNotIn("requests a second", text)

    def test_added_servers_are_counted_from_the_base(self):
        self.assertIn("<!-- servers above 32, % -->", self.words(sweep(servers_by_policy()), "--base-servers", 32))

    def test_an_axis_that_does_not_apply_everywhere(self):
        points = [point({"policy": p, SERVERS: n, **({"/t1": 0.8} if p == "polca" else {})}, 0, 0.0) for p in ("none", "polca") for n in (40, 52)]
        text = self.words(sweep(points, axes=["policy", SERVERS, "/t1"]))
        self.assertIn("<!-- none -->", text)
        self.assertIn("<!-- polca -->", text)

    def test_another_abscissa(self):
        text = self.words(sweep(servers_by_policy()), "--x", RATE)
        self.assertIn("<!-- requests a second -->", text)
        self.assertNotIn("servers above", text)

    def test_an_axis_of_objects_is_named_by_what_differs(self):
        controllers = [[{"kind": "none"}]] + [[{"kind": "polca", "t1_fraction": t1, "brake_hold_s": 40}] for t1 in (0.75, 0.8)]
        text = self.words(sweep([point({"/policy/controllers": c, SERVERS: n}, 0, 0.0) for c in controllers for n in (40, 52)]))
        self.assertIn("t1 0.75", text)
        self.assertIn("<!-- none -->", text)

    def test_two_axes_of_lines_and_no_latency(self):
        points = [point({"/policy": p, SERVERS: n, "/seed": s}, s, 0.0) for p in ("none", "polca") for n in (40, 52) for s in (1, 2)]
        text = self.words(sweep(points, impacts=[]))
        self.assertIn("<!-- polca; seed 2 -->", text)
        self.assertNotIn("limit of", text)

    def test_a_unit_stands_behind_its_value(self):
        budget = "/site/levels/0/budget_w"
        points = [point({"/policy": p, SERVERS: n, budget: b}, 0, 0.0) for p in ("none", "polca") for b in (230800, 219810) for n in (40, 52)]
        self.assertIn("<!-- polca; budget 230800 W -->", self.words(sweep(points)))
        self.assertIn("<!-- budget 219810 W -->", self.words(sweep(points[4:])))

    def test_runs_without_a_controller_are_not_among_the_brakes(self):
        points = [point({"/policy": policy, SERVERS: n}, 0, 0.0) for policy in ("none", "polca") for n in (40, 52)]
        self.assertNotIn("<!-- none -->", self.words(sweep(points, impacts=[])))
        self.assertIn("<!-- none -->", self.words(sweep(points)))

    def test_failed_points_are_left_out_and_counted(self):
        points = servers_by_policy()
        points[4] = {key: value for key, value in points[4].items() if key in ("point", "/policy", SERVERS, RATE)} | {"outcome": "failed"}
        self.assertIn("1 failed and not drawn", self.words(sweep(points)))

    def test_refusals(self):
        self.refuses_script("plot_study.py", [self.folder / "nowhere"], "nowhere", "no such output directory")
        (self.folder / "empty").mkdir()
        self.refuses_script("plot_study.py", [self.folder / "empty"], "sweep.json", "headroom sweep")
        self.refuses("{", "sweep.json", "not JSON")
        self.refuses({}, "lacks the value 'points'")
        self.refuses("[]", "sweep.json", "has no points")
        self.refuses(sweep([]), "has no points")
        self.refuses(sweep(servers_by_policy()), "--x /policy", SERVERS, options=["--x", "/policy"])
        self.refuses(sweep([point({"/policy": "none"}, 0, 0.0)]), "no axis has numbers", "/policy")
        self.refuses(sweep(servers_by_policy(), metrics=[], impacts=[]), BRAKES)
        self.refuses(sweep(servers_by_policy()), "x.doc", options=["--save", self.folder / "x.doc"])


if __name__ == "__main__":
    unittest.main()

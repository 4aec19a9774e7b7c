"""Murakkab in runs: one request over CPUs and GPUs in three placements, and days of workflows under four deployments."""

import json
import unittest

from support import ProgramTest, ScriptTest, has_modules

HOURS = 3
# Requests a minute at the hours: some of the shipped load's morning, in which an hour asks for twice the one before.
LOADS = {"video_qa": [120, 240, 300], "code_generation": [40, 120, 160]}
SMALL_DAY = [f"/duration_s={3600 * HOURS}", "/site/servers=90", "/site/levels/0/holds=70"] + [
    f"/registry/workflows/{name}/load=" + json.dumps({"values": values}) for name, values in LOADS.items()]


def words(sets):
    return [word for value in sets for word in ("--set", value)]


class TwoBranch(ProgramTest):
    PUBLISHED = {4: 62.0, 5: 26.9, 6: 17.6}  # seconds, by GPUs

    def test_the_fewest_gpus_that_keep_the_slo(self):
        self.ok("sweep", "two_branch", "--out", self.folder / "sweep", "-j", "1")
        rows = json.loads((self.folder / "sweep" / "sweep.json").read_text())["points"]
        took = {row["/hardware/server/gpus"]: row["/graphs/request/makespan/max_s"] for row in rows}
        self.assertLess(took[6], took[5])
        self.assertLess(took[5], 30)
        self.assertLess(30, took[4])
        for gpus in (4, 5):
            self.assertLess(abs(took[gpus] / self.PUBLISHED[gpus] - 1), 0.1)
        # Coders and debate alone take 19.4 s, whatever the rest does: 10.4 % above what was published of all.
        self.assertAlmostEqual(took[6], 4.6 + 14.8, delta=0.03)
        choose = ["choose", self.folder / "sweep", "--least", "/hardware/server/gpus", "--limit", "/graphs/request/makespan/max_s=30"]
        self.assertEqual(json.loads(self.ok(*choose, "--json").stdout)["/hardware/server/gpus"], 5)
        self.assertIn("of the 2 of 3 points that keep the limit", self.ok(*choose).stdout)
        self.refuses([*choose[:-1], "/graphs/request/makespan/max_s=10"], "no point keeps the limits: the closest")
        self.refuses([*choose[:-1], "makespan"], "--limit makespan")
        self.refuses(["choose", self.folder, *choose[2:]], "holds no sweep.json")


class Day(ScriptTest):
    def play(self, deployment, *sets, out=None, forecast="oracle"):
        output = self.simulate("configs/scenario/murakkab_day.json", *words(
            [f"/policy=murakkab_{deployment}", f"/registry/forecast={forecast}", *SMALL_DAY, *sets]), out=out or deployment)
        summary = output.summary
        for check, residual in summary["checks"].items():
            self.assertLess(abs(residual), 1e-9, check)
        requests, hours, workers = summary["requests"], summary["fleet"]["gpu_hours"], summary["workers"].values()
        self.assertEqual(requests["rejected"], 0)
        self.assertEqual(requests["arrived"], requests["completed"] + requests["in_flight"])
        self.assertAlmostEqual(sum(worker["gpu_hours"] for worker in workers), hours["up"] + hours["starting"] + hours["draining"],
                               delta=1e-6)
        return output

    def cost(self, output):
        return sum(worker.get("cost_usd", 0) for worker in output.summary["workers"].values())

    def energy(self, output):
        return sum(worker["gpu_energy_kwh"] for worker in output.summary["workers"].values())

    def kept(self, output, name):
        return output.summary["classes"][f"{name}_good"]["slo"]["attained_fraction"]

    def planned(self):
        sets = [f"/workflows/{name}/load=" + json.dumps({"values": values}) for name, values in LOADS.items()]
        return self.ok("provision", "murakkab", *words(sets), "--format", "json").stdout

    def test_deployments_beside_their_plans(self):
        plans = {row["policy"]: row for row in json.loads(self.planned()) if row["part"] == "day"}
        runs = {deployment: self.play(deployment) for deployment in plans}
        costs = [self.cost(run) for run in runs.values()]
        self.assertGreater(costs[0], costs[1])
        self.assertGreater(costs[1], costs[2])
        self.assertGreaterEqual(1.02 * costs[2], costs[3])
        energies = [self.energy(run) for run in runs.values()]
        self.assertEqual(energies[:3], sorted(energies[:3], reverse=True))
        self.assertAlmostEqual(costs[0], plans["static"]["usd"], delta=1e-6 * costs[0])
        # Starts of 20 minutes are paid for, and every hour's instances until the last has drained.
        for deployment in ("autoscaled", "optimised", "jointly"):
            self.assertGreater(self.cost(runs[deployment]), 0.9 * plans[deployment]["usd"])
            self.assertLess(self.cost(runs[deployment]), 1.4 * plans[deployment]["usd"])
        for name in LOADS:
            for run in runs.values():
                self.assertEqual(self.kept(run, f"{name}_accuracy"), 1)
            self.assertEqual(self.kept(runs["static"], f"{name}_latency"), 0)
            self.assertGreater(self.kept(runs["jointly"], f"{name}_latency"), 0.5)
        starts = [event for event in runs["jointly"].events if event["kind"] == "start"]
        self.assertTrue(starts)
        for event in starts:
            self.assertEqual({round(duration) for duration in event.get("durations_s", [event.get("duration_s")]) if duration > 0}, {1200})
        # Those of an hour begin 20 minutes before it.
        self.assertIn(2400, {event["time_s"] for event in starts})

    def test_a_forecast_of_the_past_is_late(self):
        knows, guesses = self.play("jointly", out="oracle"), self.play("jointly", forecast="ewma", out="ewma")
        wait = [run.summary["classes"]["code_generation_accuracy_good"]["latency"]["ttft_s"]["p99"] for run in (knows, guesses)]
        self.assertLess(wait[0], wait[1])

    def answers(self, deployment, name):
        rows = self.simulate("configs/scenario/murakkab_day.json", "--requests", *words([f"/policy=murakkab_{deployment}", *SMALL_DAY, "/duration_s=900"]),
                             out=f"{deployment}_{name}").requests()
        return {row["id"]: int(row["output_tokens"]) for row in rows if row["class"] == f"{name}_good_high"}

    def test_an_answer_is_as_long_a_one_whoever_gives_it(self):
        tokens = sorted(self.answers("jointly", "video_qa_accuracy").values())
        self.assertAlmostEqual(tokens[len(tokens) // 2] / 525, 1, delta=0.03)
        self.assertAlmostEqual(tokens[len(tokens) * 9 // 10] / 646, 1, delta=0.03)
        gemma, llava = self.answers("static", "video_qa_latency"), self.answers("jointly", "video_qa_latency")
        both = sorted((gemma[request], llava[request]) for request in gemma.keys() & llava.keys())
        self.assertGreater(len(both), 300)
        self.assertLess(sum(short for _, short in both), 0.5 * sum(long for long, _ in both))
        shorts = [short for _, short in both]
        self.assertEqual(shorts, sorted(shorts))

    def test_refusals(self):
        day = "configs/scenario/murakkab_day.json"
        for value, said in [
                ("/registry/workflows/video_qa/latency_tiers_s/1=0.001", "/registry/workflows/video_qa/latency_tiers_s/1: no configuration"),
                ("/registry/alpha_ratio=0.5", "/registry/alpha_ratio"),
                ("/registry/workflows/video_qa/slos/0/fraction=0.5", "/workflows/video_qa/slos: the fractions sum to 0.8, not to 1"),
                ("/registry/workflows/video_qa/load={\"values\": [1, 2]}", "minutes are not the"),
                ("/services/workflows/answers/chat={\"tokens_p50\": 1, \"tokens_p90\": 2}", "/answers/chat: the workload has no requests of the type"),
                ("/services/workflows/steps/points=[]", "/services/workflows/steps/points: must be given"),
                ("/hardware/gpu/name=B200", "Gemma-3-27B_4xA100_700: fits on no server type"),
                ("/policy/controllers/0/shrink_below_fraction=2", "must be below grow_above_fraction")]:
            with self.subTest(said=said):
                self.refuses(["check", day, "--set", value], said)
        self.refuses(["check", "polca_row", "--set", '/policy/controllers=[{"kind": "milp_fleet"}]'], "the scenario has no /registry")
        self.assertIn("is over before an instance has started", self.ok("check", day, "--set", "/registry/epoch_min=10").stderr)

    @unittest.skipUnless(has_modules("matplotlib"), "python3-matplotlib is not installed")
    def test_the_script_draws_runs(self):
        self.play("jointly")
        rows, picture = self.write("rows.json", self.planned()), self.folder / "day.png"
        done = self.script("murakkab.py", rows, "--runs", self.folder / "jointly", "--save", picture)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| jointly, oracle |", done.stdout)
        self.assertGreater(picture.stat().st_size, 10000)


if __name__ == "__main__":
    unittest.main()

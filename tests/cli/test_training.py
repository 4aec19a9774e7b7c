"""Training jobs through the program: waveforms, smoothing against closed forms, scheduling, limits, trips, a mixed site."""

import json
import math
import unittest

from support import ROOT, ProgramTest

TDP, IDLE, MAX_CLOCK = 700.0, 69.0, 1980.0  # of h100_alone: GPUs without servers around them
KNEE, FLOOR = (json.loads((ROOT / "configs/hardware/h100_alone.json").read_text())["gpu_power"][f"voltage_{name}_fraction"]
               for name in ("knee", "floor"))
ACTIVE = {"initial_ceiling_fraction": 1}  # power smoothing that has been active before the run


def two_level(period_s, duty, low, high=1.0):
    return {"phases": [{"kind": "compute", "duration_s": duty * period_s, "power_fraction": high},
                       {"kind": "communication", "duration_s": (1 - duty) * period_s, "power_fraction": low}]}


def job(waveform, name="job", gpus=16, **more):
    return {"name": name, "gpus": gpus, "waveform": waveform, **more}


def smoothing(**stages):
    return {kind: {"enabled": True, **settings} for kind, settings in stages.items()}


def training_scenario(*jobs, servers=2, **more):
    scenario = {"name": "training", "hardware": "h100_alone", "site": {"servers": servers, "levels": [{"name": "row"}]},
                "workload": {"jobs": list(jobs)}, "policy": "none", "grid": {}, "duration_s": 20}
    scenario.update(more)
    return scenario


def sinc(x):
    return math.sin(math.pi * x) / (math.pi * x)


def draw_at(power_w, ratio):
    """Of a GPU under a locked clock."""
    above = max(ratio - KNEE, 0) / (1 - KNEE)
    return IDLE + (power_w - IDLE) * ratio * (FLOOR + (1 - FLOOR) * above ** 1.5) ** 2


def ratio_under_cap(power_w, cap_w):
    low, high = 210 / MAX_CLOCK, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if draw_at(power_w, middle) <= cap_w else (low, middle)
    return low


def power_of(output, node="site"):
    trace = output.json("grid.json")["nodes"][node]
    return trace["sample_s"], trace["power_w"]


def rises(output, level_w):
    """Dates at which the site's power rises above this."""
    step, power = power_of(output)
    return [step * i for i in range(1, len(power)) if power[i - 1] <= level_w < power[i]]


class TrainingTest(ProgramTest):
    def close(self, value, expected, relative):
        self.assertLessEqual(abs(value - expected), relative * abs(expected), f"{value} is not {expected}")

    def csv(self, power_at, step_s, samples, name="wave.csv"):
        rows = (f"{i * step_s:.6f},{power_at(i * step_s):.6f}\n" for i in range(samples))
        return self.write(name, "time_s,power_w\n" + "".join(rows))


class Waveforms(TrainingTest):
    def test_a_measured_waveform_is_drawn_as_it_is(self):
        path = self.csv(lambda t: 350 + 7 * (int(t * 50 + 0.5) % 51), 0.02, 1000)
        scenario = training_scenario(job({"path": path}))
        del scenario["duration_s"]
        output = self.simulate(scenario)
        step, power = power_of(output)
        self.assertEqual((step, len(power)), (0.02, 1000))
        self.assertEqual(power, [16 * (350 + 7 * (i % 51)) for i in range(1000)])
        self.close(output.summary["simulated_s"], 20, 1e-9)
        self.assertIn("psd_w2_per_hz", output.text("spectrum.json"))

    def test_a_measured_waveform_repeats(self):
        path = self.csv(lambda t: 700 if t < 0.49 else 350, 0.02, 50)
        _, power = power_of(self.simulate(training_scenario(job({"path": path, "repeat": True}))))
        self.assertEqual(power, ([16 * 700] * 25 + [16 * 350] * 25) * 20)

    def test_a_part_of_a_server(self):
        output = self.simulate(training_scenario(job(two_level(2, 0.5, 0.5), gpus=12)))
        _, power = power_of(output)
        self.assertEqual({round(p, 3) for p in power}, {12 * 700 + 4 * 69, 12 * 350 + 4 * 69})
        self.assertEqual(output.summary["jobs"]["job"]["servers"], 2)
        self.close(output.summary["jobs"]["job"]["energy_kwh"], (12 * 525 + 4 * 69) * 20 / 3.6e6, 1e-9)

    def test_servers_that_start_one_after_the_other(self):
        jitter = {"spread_s": 1, "cohorts": 4}
        scenario = training_scenario(job(two_level(40, 0.9, 0.5), gpus=1024, start_jitter=jitter), servers=128)
        _, power = power_of(self.simulate(scenario))
        changes = {i: power[i] - power[i - 1] for i in range(1, len(power)) if power[i] != power[i - 1]}
        self.assertEqual(sorted(changes), [13, 25, 38])  # 0.25, 0.5 and 0.75 s, seen at the next sample
        for change in [power[0] - 1024 * IDLE, *changes.values()]:
            servers = change / (8 * (TDP - IDLE))
            self.assertAlmostEqual(servers, round(servers), 6)
            self.assertTrue(16 <= servers <= 48, servers)
        self.close(power[-1], 1024 * TDP, 1e-6)

    def test_a_job_of_20000_gpus_starts_and_stops(self):
        scenario = training_scenario(job(two_level(1, 0.8, 0.5), gpus=20000, start_s=3, duration_s=10), servers=2500)
        swing = self.simulate(scenario).summary["grid"]["site"]["max_swing_1s_w"]
        self.assertTrue(10e6 <= swing <= 30e6, swing)


class GpuPowerSmoothing(TrainingTest):
    def test_the_overhead_of_a_floor_is_the_closed_form(self):
        for low, duty in [(0.5, 0.768), (0.75, 0.3), (0.4, 0.9)]:
            with self.subTest(low=low, duty=duty):
                scenario = training_scenario(job(two_level(2, duty, low)), smoothing=smoothing(gpu_power_smoothing=ACTIVE))
                result = self.simulate(scenario, out=f"{low}").summary["smoothing"]
                self.close(result["burned_fraction"], (1 - duty) * (0.9 - low) / (duty + (1 - duty) * low), 1e-3)
                self.assertLess(result["lost_work_fraction"], 1e-12)
                if low == 0.5:
                    self.assertEqual(round(100 * result["burned_fraction"], 1), 10.5)

    def test_overshoot_leaves_a_swing_of_a_fifth_of_the_tdp(self):
        waveform = {**two_level(2, 0.5, 0.5), "overshoot": {}}
        scenario = training_scenario(job(waveform), smoothing=smoothing(gpu_power_smoothing=ACTIVE))
        scenario["grid"] = {"warmup_s": 2}
        self.close(self.simulate(scenario).summary["grid"]["site"]["max_swing_1s_w"], 16 * 0.20 * TDP, 1e-6)

    def test_a_job_of_100_mw_fails_a_range_of_10_mw(self):
        spec = {"name": "range", "dynamic_range_w": 10e6}
        waveform = {**two_level(2, 0.5, 0.5), "overshoot": {}}
        scenario = training_scenario(job(waveform, gpus=142856), servers=17857, grid={"spec": spec, "warmup_s": 2},
                                     smoothing=smoothing(gpu_power_smoothing=ACTIVE))
        site = self.simulate(scenario).summary["grid"]["site"]
        self.assertGreater(site["max_swing_1s_w"], 19.9e6)
        self.assertFalse(site["verdicts"]["dynamic_range_w"]["passed"])

    def test_a_job_that_stops_ramps_down_and_frees_its_servers_then(self):
        settings = {**ACTIVE, "ramp_down_w_per_s": 100, "stop_delay_s": 2}
        jobs = [job(two_level(2, 0.5, 0.5), "first", duration_s=5), job(two_level(2, 0.5, 0.5), "second", start_s=1)]
        output = self.simulate(training_scenario(*jobs, smoothing=smoothing(gpu_power_smoothing=settings)))
        first, second = output.summary["jobs"]["first"], output.summary["jobs"]["second"]
        self.assertEqual((first["started_s"], first["ended_s"]), (0, 5))
        self.close(second["started_s"], 5 + 2 + (0.9 * TDP - IDLE) / 100 + 1, 1e-3)  # quiet for a second
        step, power = power_of(output)
        for at, expected in [(6, 0.9 * TDP), (8, 0.9 * TDP - 100), (10, 0.9 * TDP - 300), (12, 0.9 * TDP - 500)]:
            self.assertAlmostEqual(power[round(at / step)] / 16, expected, delta=1.01)  # a stair of 10 ms


    def test_a_job_that_starts_ramps_from_the_idle_draw(self):
        step, power = power_of(self.simulate(training_scenario(job(two_level(40, 0.9, 0.5)),
                                                               smoothing=smoothing(gpu_power_smoothing={}))))
        for at in [0, 2, 5]:
            self.assertAlmostEqual(power[round(at / step)] / 16, IDLE + 70 * at, delta=0.71)

    def test_servers_are_freed_where_the_stages_never_come_down(self):
        for name, stage, end in [("floor", {"gpu_power_smoothing": {**ACTIVE, "activity_fraction": 0.05}}, 6),
                                 ("firefly", {"firefly": {"give_up_s": 10}}, 16)]:
            with self.subTest(name):
                scenario = training_scenario(job(two_level(2, 0.5, 0.5), duration_s=5), smoothing=smoothing(**stage))
                del scenario["duration_s"]
                self.close(self.simulate(scenario, out=name).summary["simulated_s"], end, 1e-3)


class RackStorage(TrainingTest):
    def test_energy_and_power_are_the_closed_forms(self):
        for period, duty, low, periods in [(2, 0.5, 0.5, 1), (1, 0.8, 0.2, 5), (0.5, 0.3, 0.75, 4)]:
            with self.subTest(period=period, duty=duty):
                window = period * periods
                scenario = training_scenario(job(two_level(period, duty, low)), grid={"warmup_s": 2 * window},
                                             smoothing=smoothing(rack_storage={"window_s": window}))
                output = self.simulate(scenario, out=f"{period}")
                result, swing = output.summary["smoothing"], (1 - low) * TDP
                self.close(result["storage_used_j_per_gpu"], swing * duty * (1 - duty) * period, 0.02)
                self.close(result["storage_peak_charge_w_per_gpu"], swing * duty, 1e-6)
                self.close(result["storage_peak_discharge_w_per_gpu"], swing * (1 - duty), 1e-6)
                self.assertLess(output.summary["grid"]["site"]["max_swing_1s_w"], 1e-3 * 16 * swing)

    def test_a_moving_average_attenuates_a_sine_as_a_sinc(self):
        path = self.csv(lambda t: 500 + 150 * math.sin(2 * math.pi * 0.7 * t), 0.01, 14000)
        plain = training_scenario(job({"path": path}), grid={"warmup_s": 20}, duration_s=140)
        before = self.simulate(plain, out="plain").summary["grid"]["site"]["in_band_rms_w"]
        self.close(before, 16 * 150 / math.sqrt(2), 0.01)
        for window in [0.5, 1, 3, 5]:
            with self.subTest(window=window):
                scenario = {**plain, "smoothing": smoothing(rack_storage={"window_s": window})}
                after = self.simulate(scenario, out=f"window{window}").summary["grid"]["site"]["in_band_rms_w"]
                self.close(after / before, abs(sinc(0.7 * window)), 0.02)

    def test_energy_is_drawn_as_useful_burned_stored_and_lost(self):
        stages = {"gpu_power_smoothing": {"floor_fraction": 0.7}, "firefly": {"target_fraction": 0.8},
                  "power_cap": {"cap_w": 600},
                  "rack_storage": {"window_s": 5, "capacity_j_per_gpu": 3000, "efficiency_fraction": 0.9}}
        for names in [["gpu_power_smoothing"], ["firefly"], ["power_cap"], ["rack_storage"], list(stages)]:
            with self.subTest(stages=names):
                jitter = {"spread_s": 0.3, "cohorts": 3}
                scenario = training_scenario(job(two_level(2, 0.6, 0.2), gpus=128, start_jitter=jitter), servers=16,
                                             smoothing=smoothing(**{name: stages[name] for name in names}))
                summary = self.simulate(scenario, out="-".join(names)).summary
                drawn = summary["energy"]["facility_kwh"]
                result = summary["smoothing"]
                # Servers that have not started yet draw idle power, which no stage sees.
                idle = self.idle_before_start(summary, scenario)
                parts = result["useful_kwh"] + result["burned_kwh"] + result["stored_kwh"] + result["lost_kwh"]
                self.close(result["drawn_kwh"], parts, 1e-9)
                if "rack_storage" not in names:  # with one, nothing counts in its first window
                    self.close(drawn - idle, parts, 1e-9)

    def idle_before_start(self, summary, scenario):
        """From a run without smoothing, where nothing but this and useful energy is drawn."""
        plain = {**scenario, "smoothing": {}}
        bare = self.simulate(plain, out=f"plain{len(list(self.folder.iterdir()))}").summary
        return bare["energy"]["facility_kwh"] - bare["smoothing"]["useful_kwh"]

    def test_gpus_take_over_from_a_storage_that_is_exhausted(self):
        standby = {**ACTIVE, "standby": True}
        burned, bins = {}, {}
        for capacity in [200, 20000]:
            storage = {"window_s": 10, "capacity_j_per_gpu": capacity}
            scenario = training_scenario(job(two_level(2, 0.5, 0.5)), duration_s=120, grid={"warmup_s": 20},
                                         smoothing=smoothing(gpu_power_smoothing=standby, rack_storage=storage))
            summary = self.simulate(scenario, out=f"{capacity}").summary
            burned[capacity] = summary["smoothing"]["burned_fraction"]
            bins[capacity] = summary["grid"]["site"]["in_band_rms_w"]
        self.assertEqual(burned[20000], 0)
        self.assertGreater(burned[200], 0.01)
        self.assertLess(burned[200], 0.5 * 0.4 / 0.75)  # the floor's own overhead
        self.assertLess(bins[200], 16 * 175)  # the waveform's


class Limits(TrainingTest):
    def limited(self, waveform, out="out", stages=None, **limit):
        controller = {"kind": "fixed_limit", "at_s": 0.001, **limit}
        policy = {"name": "limit", "router": {"kind": "round_robin"}, "batching": {"kind": "continuous"},
                  "controllers": [controller]}
        scenario = training_scenario(job(waveform), policy=policy, grid={"sample_s": 0.001}, smoothing=smoothing(**(stages or {})),
                                     site={"servers": 2, "levels": [{"name": "row", "budget_w": 20000}]},
                                     actuation={"clock_lock_s": 0, "power_cap_s": 0, "power_brake_s": 0})
        return self.simulate(scenario, out=out)

    def check_iteration(self, output, ratio, high, low, compute_s, communication_s):
        dates = rises(output, 16 * (high + low) / 2)
        self.assertGreater(len(dates), 3)
        self.close((dates[-1] - dates[0]) / (len(dates) - 1), compute_s / ratio + communication_s, 1e-3)
        _, power = power_of(output)
        for at in (dates[0], dates[1]):
            self.close(power[round(at / 0.001)], 16 * high, 1e-6)
            self.close(power[round(at / 0.001) - 1], 16 * low, 1e-6)

    def test_a_locked_clock_stretches_compute_and_lowers_the_draw(self):
        for clock in [1305, 1500, 660]:
            with self.subTest(clock=clock):
                ratio = clock / MAX_CLOCK
                output = self.limited(two_level(2, 0.6, 0.5), out=f"{clock}", clock_mhz=clock)
                self.check_iteration(output, ratio, draw_at(TDP, ratio), draw_at(TDP / 2, ratio), 1.2, 0.8)

    def test_a_cap_clips_peaks_and_stretches_compute(self):
        ratio = ratio_under_cap(TDP, 450)
        output = self.limited(two_level(2, 0.6, 0.5), power_cap_w=450)
        self.check_iteration(output, ratio, 450, TDP / 2, 1.2, 0.8)

    def test_power_smoothing_burns_no_more_than_the_limit_lets_a_gpu_draw(self):
        for limit, ceiling in [({"power_cap_w": 450}, 450), ({"clock_mhz": 990}, draw_at(TDP, 0.5))]:
            with self.subTest(**limit):
                output = self.limited(two_level(2, 0.6, 0.5), out="-".join(limit), stages={"gpu_power_smoothing": ACTIVE}, **limit)
                self.close(max(power_of(output)[1][10:]), 16 * ceiling, 1e-6)
                result = output.summary["smoothing"]
                self.close(output.summary["energy"]["facility_kwh"], result["useful_kwh"] + result["burned_kwh"], 1e-9)

    def test_a_brake_slows_a_job_until_it_is_released(self):
        scenario = training_scenario(job(two_level(4, 0.75, 0.5)), policy="no_cap", duration_s=60,
                                     site={"servers": 2, "levels": [{"name": "row", "budget_w": 9000}]})
        output = self.simulate(scenario)
        kinds = {event["kind"] for event in output.events}
        self.assertLessEqual({"overload", "power_brake"}, kinds)
        brake = next(event for event in output.events if event["kind"] == "power_brake")
        step, power = power_of(output)
        at = round(brake["effective_s"] / step) + 1
        self.assertLessEqual(power[at], 16 * draw_at(TDP, 288 / MAX_CLOCK) * (1 + 1e-6))
        self.assertGreater(power[0], 16 * 699)
        self.assertGreater(output.summary["throttle"]["throttled_server_s"], 0)


class Scheduling(TrainingTest):
    def test_a_job_waits_for_the_servers_of_another(self):
        jobs = [job(two_level(2, 0.5, 0.5), "first", gpus=24, duration_s=10),
                job(two_level(2, 0.5, 0.5), "second", gpus=16, start_s=1, duration_s=5)]
        scenario = training_scenario(*jobs, servers=4)
        del scenario["duration_s"]
        summary = self.simulate(scenario).summary
        self.assertEqual(summary["jobs"]["second"]["submitted_s"], 1)
        self.assertEqual(summary["jobs"]["second"]["started_s"], 10)
        self.assertEqual(summary["jobs"]["second"]["ended_s"], 15)
        self.assertEqual(summary["simulated_s"], 15)
        self.close(summary["energy"]["facility_kwh"] * 3.6e6,
                   24 * 525 * 10 + 8 * 69 * 10 + 16 * (3 * TDP + 2 * TDP / 2) + 16 * 69 * 5, 1e-9)

    def test_a_job_that_would_start_after_the_run(self):
        self.refuses_run(training_scenario(job(two_level(2, 0.5, 0.5), start_s=100)),
                         "/workload/jobs/0/start_s: is not before the end of the run")

    def test_a_job_that_waits_beyond_the_end_of_the_run(self):
        jobs = [job(two_level(2, 0.5, 0.5), "first"), job(two_level(2, 0.5, 0.5), "second", start_s=10)]
        summary = self.simulate(training_scenario(*jobs)).summary
        self.assertEqual(summary["jobs"]["second"]["energy_kwh"], 0)
        self.assertNotIn("started_s", summary["jobs"]["second"])

    def tripped(self, action, *more_jobs, **more):
        """Rows of 2 servers; the first row's load is above its rating while the job computes."""
        level = {"name": "row", "holds": 2, "rating_w": 9000,
                 "protection": {"curve": [{"load_fraction": 1.1, "time_s": 3}], "action": action}}
        jobs = [job(two_level(10, 0.5, 0.1), "first"), *more_jobs]
        scenario = training_scenario(*jobs, site={"servers": 4, "levels": [level]}, **more)
        scenario["grid"] = {"nodes": ["site", "row0", "row1"]}
        scenario["output"] = {"power": {"nodes": ["site", "row", "server"], "bin_s": 1}}
        return self.simulate(scenario)

    def test_an_outage_ends_the_job_on_its_servers(self):
        output = self.tripped("outage")
        self.assertEqual(output.summary["throttle"]["trips"], 1)
        trip = next(event for event in output.events if event["kind"] == "trip")["time_s"]
        self.assertEqual(output.summary["jobs"]["first"]["ended_s"], trip)
        step, power = power_of(output, "row0")
        self.assertEqual(set(power[math.ceil(trip / step):]), {0})
        self.assertEqual(set(power_of(output, "row1")[1]), {16 * IDLE})
        nodes = output.json("power.json")["nodes"]
        for server in ("row0/server0", "row0/server1"):
            self.assertEqual(nodes[server]["mean_w"][:4] + nodes[server]["mean_w"][-1:], [8 * TDP] * 3 + [0, 0])

    def test_a_waiting_job_gets_no_servers_without_power(self):
        small = job(two_level(10, 0.5, 0.1), "small", gpus=8, start_s=1)
        large = job(two_level(10, 0.5, 0.1), "large", gpus=32, start_s=2)
        last = job(two_level(10, 0.5, 0.1), "last", gpus=8, start_s=4)
        jobs = self.tripped("outage", small, large, last).summary["jobs"]
        self.assertEqual(jobs["small"]["started_s"], 1)
        self.assertNotIn("started_s", jobs["large"])  # waits for servers that there are no more
        self.assertEqual(jobs["last"]["started_s"], 4)

    def test_a_run_ends_when_all_jobs_lost_their_servers(self):
        level = {"name": "row", "rating_w": 9000,
                 "protection": {"curve": [{"load_fraction": 1.1, "time_s": 3}], "action": "outage"}}
        jobs = [job(two_level(10, 0.5, 0.1), "first", duration_s=100),
                job(two_level(10, 0.5, 0.1), "second", start_s=1, duration_s=100)]
        scenario = training_scenario(*jobs, site={"servers": 2, "levels": [level]})
        del scenario["duration_s"]
        summary = self.simulate(scenario).summary
        self.assertEqual(summary["simulated_s"], 3)
        self.assertNotIn("started_s", summary["jobs"]["second"])

    def test_a_trip_that_brakes_slows_the_job(self):
        output = self.tripped("brake")
        _, power = power_of(output, "row0")
        self.close(power[-1] if power[-1] > 16 * 100 else max(power[200:]), 16 * draw_at(TDP, 288 / MAX_CLOCK), 1e-6)


class Files(TrainingTest):
    def scenario(self):
        return training_scenario(job(two_level(2, 0.5, 0.5), start_jitter={"spread_s": 0.1, "cohorts": 3}),
                                 grid={"nodes": ["site", "row0"], "warmup_s": 2, "spec": "placeholder"},
                                 smoothing=smoothing(gpu_power_smoothing={}, rack_storage={"window_s": 5}))

    def test_grid_says_what_the_summary_says(self):
        output = self.simulate(self.scenario())
        self.assertLessEqual({"grid.json", "spectrum.json"}, set(output.files()))
        done = self.program("grid", output.folder, "--json")
        self.assertIn(done.returncode, (0, 4), done.stderr)
        self.assertEqual(json.loads(done.stdout), output.summary["grid"])

    def test_resolved_json_gives_the_same_bytes(self):
        path = self.csv(lambda t: 700 if t % 1 < 0.6 else 300, 0.02, 500)
        scenario = self.scenario()
        scenario["workload"]["jobs"].append(job({"path": path}, "measured", failures={
            "mean_time_between_failures_s": 3, "restart_s": 1}))
        scenario["site"]["servers"] = 4
        first = self.simulate(scenario, out="first")
        again = self.simulate(str(self.folder / "first/resolved.json"), out="again")
        self.assertEqual(first.contents(), again.contents())


class MixedSite(TrainingTest):
    def scenario(self):
        classes = [{"high_priority_share": 0.5, "input": {"kind": "fixed", "tokens": 1000},
                    "output": {"kind": "fixed", "tokens": 200}}]
        storage = {"window_s": 10, "capacity_j_per_gpu": 20000}
        return {
            "name": "mixed", "hardware": "dgx_h100", "duration_s": 120,
            "site": {"servers": 8, "levels": [{"name": "row", "holds": 4, "budget_w": 30000,
                                               "loss": {"fixed_w": 100, "quadratic_fraction_per_w": 1e-6}}]},
            "serving": {"model": "llama3_1_70b", "stack": "vllm_2025", "tensor_parallel": 8, "servers": 4,
                        "pools": [{"name": "low", "serves": ["low"], "server_fraction": 0.5},
                                  {"name": "high", "serves": ["high"], "server_fraction": 0.5}]},
            "workload": {"synthetic": {"rate_per_s": 20, "duration_s": 120, "classes": classes},
                         "jobs": [job(two_level(4, 0.75, 0.5), gpus=32, start_s=5,
                                      smoothing=smoothing(rack_storage=storage))]},
            "policy": "polca_h100", "grid": {"nodes": ["site", "row0", "row1"]},
        }

    def test_a_job_an_inference_row_under_polca_and_a_storage_in_one_run(self):
        first, again = (self.simulate(self.scenario(), out=out) for out in ("first", "again"))
        self.assertEqual(first.contents(), again.contents())
        summary = first.summary
        self.assertGreater(summary["requests"]["completed"], 1000)
        self.assertEqual(summary["jobs"]["job"]["started_s"], 5)
        self.assertGreater(summary["smoothing"]["storage_used_j_per_gpu"], 0)
        self.assertEqual(set(summary["grid"]), {"site", "row0", "row1"})
        rows = sum(summary["power"][row]["energy_kwh"] for row in ("row0", "row1"))
        self.close(summary["power"]["site"]["energy_kwh"], rows, 1e-9)

    def test_polca_acts_on_both_rows(self):
        scenario = self.scenario()
        scenario["site"]["levels"][0]["budget_w"] = 22000
        targets = {event["target"].split("/")[0] for event in self.simulate(scenario).events
                   if event["kind"] in ("clock_lock", "power_brake")}
        self.assertIn("row1", targets)


class BadInput(TrainingTest):
    def refuses_one(self, scenario, *expected):
        done = self.refuses_run(scenario, *expected)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def good(self):
        return training_scenario(job(two_level(2, 0.5, 0.5)))

    def test_a_job_larger_than_the_cluster(self):
        self.refuses_one(training_scenario(job(two_level(2, 0.5, 0.5), gpus=17)),
                         "scenario.json: /workload/jobs/0/gpus: is more than the 16 GPUs")

    def test_power_smoothing_beyond_its_ranges(self):
        for key, value, expected in [("floor_fraction", 0.91, "at most 0.9, not 0.91"), ("ramp_up_w_per_s", 0, "must be at least 0.001"),
                                     ("ramp_up_w_per_s", -5, "must be at least 0.001"), ("ramp_down_w_per_s", 0, "must be at least 0.001"),
                                     ("stop_delay_s", -1, "must be at least 0")]:
            with self.subTest(key=key, value=value):
                self.refuses_one({**self.good(), "smoothing": smoothing(gpu_power_smoothing={key: value})},
                                 f"scenario.json: /smoothing/gpu_power_smoothing/{key}: ", expected)

    def test_storages_beyond_their_ranges(self):
        for key in ["capacity_j_per_gpu", "charge_w_per_gpu", "discharge_w_per_gpu", "window_s", "efficiency_fraction"]:
            for value in [0, -1]:
                with self.subTest(key=key, value=value):
                    self.refuses_one({**self.good(), "smoothing": smoothing(rack_storage={key: value})},
                                     f"scenario.json: /smoothing/rack_storage/{key}: must be at least ")

    def test_smoothing_of_one_job(self):
        scenario = training_scenario(job(two_level(2, 0.5, 0.5), smoothing=smoothing(gpu_power_smoothing={"floor_fraction": 1})))
        self.refuses_one(scenario, "/workload/jobs/0/smoothing/gpu_power_smoothing/floor_fraction: must be")
        scenario = training_scenario(job(two_level(2, 0.5, 0.5), smoothing=smoothing(power_cap={"cap_w": 800})))
        self.refuses_one(scenario, "/workload/jobs/0/smoothing/power_cap/cap_w: must not be above the TDP")

    def measured(self, text):
        return training_scenario(job({"path": self.write("wave.csv", text)}))

    def test_waveforms_with_gaps_or_unsorted_times(self):
        steady = "".join(f"{i / 50},500\n" for i in range(100))
        self.refuses_one(self.measured("time_s,power_w\n" + steady + "9,500\n9.02,500\n"),
                         "wave.csv:102: the waveform has a gap of 7.02 s before this row")
        self.refuses_one(self.measured("time_s,power_w\n0,500\n0.02,500\n0.01,500\n"), "wave.csv:4: ")
        self.refuses_one(self.measured("time_s,power_w\n0,500\n0.02,500\n0.02,500\n"), "wave.csv:4: ")
        self.refuses_one(self.measured("time_s,power_w\n0,500\n0.02,-500\n0.04,500\n"), "wave.csv:3: a draw of -500 W is below 0")
        self.refuses_one(self.measured("time_s,power_w\n0,500\n"), "wave.csv: the waveform needs two rows")
        self.refuses_one(self.measured("time_s,watts\n0,500\n"), "wave.csv")

    def test_a_waveform_file_that_is_not_there(self):
        self.refuses_one(training_scenario(job({"path": str(self.folder / "no.csv")})), "no.csv: cannot be opened: No such file")

    def test_jobs_without_a_waveform_or_with_two(self):
        self.refuses_one(training_scenario({"name": "job", "gpus": 8}), "/workload/jobs/0/waveform: missing")
        self.refuses_one(training_scenario(job({})), "/workload/jobs/0/waveform: must have exactly one of path, phases")
        self.refuses_one(training_scenario(job({**two_level(2, 0.5, 0.5), "path": "a.csv"})), "must have exactly one of")

    def test_jobs_of_one_name(self):
        wave = two_level(2, 0.5, 0.5)
        self.refuses_one(training_scenario(job(wave, gpus=8), job(wave, gpus=8)),
                         '/workload/jobs/1/name: another job is already called "job"')

    def test_an_empty_band(self):
        spec = {"name": "a", "dynamic_range_w": 1, "band": {"from_hz": 3, "to_hz": 3}}
        self.refuses_one({**self.good(), "grid": {"spec": spec}}, "/grid/spec/band: is empty: from_hz (3) must be below to_hz (3)")

    def test_a_node_that_is_not_there(self):
        self.refuses_one({**self.good(), "grid": {"nodes": ["row1"]}}, "/grid/nodes/0: the site has no such node",
                         'did you mean "row"?')

    def test_statistics_that_never_begin(self):
        self.refuses_one({**self.good(), "grid": {"warmup_s": 20}}, "/grid/warmup_s: must be below duration_s")

    def test_workloads_that_do_not_go_with_the_rest(self):
        self.refuses_one(training_scenario(workload={}), "/workload: must have trace, synthetic, jobs, job_trace, tenants, vms, or graphs")
        synthetic = {"rate_per_s": 1, "duration_s": 5, "classes": [
            {"input": {"kind": "fixed", "tokens": 5}, "output": {"kind": "fixed", "tokens": 5}}]}
        self.refuses_one(training_scenario(workload={"synthetic": synthetic}), "/serving: missing: there are requests")
        serving = {"model": "llama3_1_70b", "stack": "vllm_2025", "tensor_parallel": 8}
        self.refuses_one({**self.good(), "hardware": "dgx_h100", "serving": serving}, "/serving: has no server")
        self.refuses_one({**self.good(), "hardware": "dgx_h100", "serving": {**serving, "servers": 3}},
                         "/serving/servers: is more than the servers of the site")

    def test_a_job_that_never_ends(self):
        scenario = self.good()
        del scenario["duration_s"]
        self.refuses_one(scenario, "/duration_s: missing: the job of /workload/jobs/0 never ends")


class JobTrace(ProgramTest):
    SHAPES = {"big": {"waveform": two_level(1, 0.5, 0.5)}, "small": {"waveform": two_level(2, 0.5, 0.2)}}

    def traced(self, rows, **more):
        self.write("jobs.csv", "submit_s,gpus,duration_s,kind\n" + "".join(row + "\n" for row in rows))
        workload = {"job_trace": {"path": "jobs.csv", "shapes": self.SHAPES}}
        return training_scenario(servers=4, workload=workload, **{"duration_s": 60, **more})

    def test_jobs_wait_for_servers_and_end(self):
        output = self.simulate(self.traced(["0,24,10,big", "1,16,5,small", "2,8,5,small"]))
        jobs = output.summary["jobs"]
        self.assertEqual([(name, j["started_s"], j["ended_s"]) for name, j in jobs.items()],
                         [("big-0", 0, 10), ("small-1", 10, 15), ("small-2", 10, 15)])
        self.assertEqual([j["servers"] for j in jobs.values()], [3, 2, 1])

    def test_bad_rows(self):
        for rows, expected in [(["0,64,10,big"], "the job needs 64 GPUs, but the cluster has 32"),
                               (["0,8,10,bigger"], 'no shape is called "bigger"'), (["5,8,1,big", "3,8,1,big"], "earlier")]:
            with self.subTest(rows=rows):
                file = self.write("scenario.json", self.traced(rows))
                self.refuses(["run", file, "--out", self.folder / "out"], "jobs.csv:", expected)
                self.refuses(["check", file], "jobs.csv:", expected)


class Review(ProgramTest):
    """What a review found."""

    def test_servers_without_idle_power_are_freed(self):
        jobs = [job(two_level(2, 0.5, 0.5), "first", duration_s=5), job(two_level(2, 0.5, 0.5), "second", duration_s=5)]
        hardware = json.loads((ROOT / "configs/hardware/h100_alone.json").read_text())
        hardware["gpu_power"]["idle_w"] = 0
        for stages in ({}, {"gpu_power_smoothing": {"floor_fraction": 0.5}}):
            with self.subTest(stages=stages):
                scenario = training_scenario(*jobs, hardware=hardware, smoothing=smoothing(**stages), duration_s=60)
                self.assertIn("ended_s", self.simulate(scenario, out=f"out{len(stages)}").summary["jobs"]["second"])

    def test_a_cap_cuts_what_is_burned_before_what_is_wanted(self):
        """Under a cap of 300 W with a floor of 630 W a GPU draws 300 W; it wants 700 W and 140 W in turn."""
        stages = smoothing(power_cap={"cap_w": 300}, gpu_power_smoothing={"floor_fraction": 0.9, **ACTIVE})
        result = self.simulate(training_scenario(job(two_level(2, 0.5, 0.2)), smoothing=stages)).summary["smoothing"]
        kwh = 16 * 20 / 3.6e6
        self.assertAlmostEqual(result["drawn_kwh"], 300 * kwh, delta=1e-9)
        self.assertAlmostEqual(result["useful_kwh"], (300 + 140) / 2 * kwh, delta=1e-9)
        self.assertAlmostEqual(result["burned_kwh"], (300 - 140) / 2 * kwh, delta=1e-9)

    def test_edges_stay_on_their_samples(self):
        self.write("w.csv", "time_s,power_w\n0,700\n0.1,300\n0.2,700\n0.3,300\n")
        scenario = training_scenario(job({"path": "w.csv", "repeat": True}, gpus=8), servers=1, duration_s=6000)
        _, power = power_of(self.simulate(scenario))
        wrong = [i for i, p in enumerate(power) if abs(p - (5600 if i % 10 < 5 else 2400)) > 1]
        self.assertEqual(wrong, [])

    def test_endless_and_infinitely_fine_waveforms(self):
        self.write("w.csv", "time_s,power_w\n0,700\n1,300\n")
        failing = job({"path": "w.csv"}, failures={"mean_time_between_failures_s": 5, "restart_s": 1})
        self.refuses_run({key: value for key, value in training_scenario(failing).items() if key != "duration_s"},
                         "/duration_s: missing: the job of /workload/jobs/0 never ends")
        self.write("w.csv", "time_s,power_w\n0,700\n1e-9,300\n")
        self.refuses_run(training_scenario(job({"path": "w.csv", "repeat": True})), "w.csv:3: comes less than a microsecond")


class BackstopOfASite(ProgramTest):
    """16 GPUs whose power swings by half of TDP once a second: an amplitude of 2/pi of 5.6 kW / 2 at 1 Hz."""

    AMPLITUDE_W = 2 / math.pi * 16 * TDP / 2

    def guarded(self, limit_w, *jobs, **more):
        jobs = jobs or (job(two_level(1, 0.5, 0.5)),)
        return training_scenario(*jobs, servers=4, duration_s=60,
                                 backstop={"enabled": True, "limit_w": limit_w, "watch_hz": [1.0], "window_s": 5,
                                           "patience_s": 4, "calm_s": 8, "delay_s": 0.5, **more})

    def answers(self, scenario):
        """When each tier acted and why; shedding goes with a limit of the same cause."""
        output = self.simulate(scenario)
        tiers = {(event["effective_s"], event["cause"].removeprefix("backstop: ")): event["kind"]
                 for event in output.events if event["kind"] in ("job_limit", "job_release", "job_shed")}
        return output, list(tiers)

    def test_lets_be_what_is_below_its_limit(self):
        output, answers = self.answers(self.guarded(1.02 * self.AMPLITUDE_W))
        self.assertEqual(answers, [])
        self.assertNotIn("ended_s", output.summary["jobs"]["job"])

    def test_throttles_then_sheds_then_disconnects(self):
        jobs = [job(two_level(1, 0.5, 0.0), name=name, gpus=gpus) for name, gpus in (("large", 16), ("small", 8))]
        output, answers = self.answers(self.guarded(10, *jobs))
        self.assertEqual([cause for _, cause in answers], ["throttle", "shed the largest job", "disconnect all jobs"])
        first = answers[0][0]
        self.assertAlmostEqual(first, 5 + 0.5, delta=0.1)  # a window, and the delay
        self.assertAlmostEqual(answers[1][0], first + 4, delta=0.1)
        ended = {name: entry["ended_s"] for name, entry in output.summary["jobs"].items()}
        self.assertEqual(ended, {"large": answers[1][0], "small": answers[2][0]})

    def test_a_throttle_that_is_enough_ends_after_the_calm(self):
        # A cap of 0.6 of TDP takes the amplitude to about a fifth.
        _, answers = self.answers(self.guarded(0.5 * self.AMPLITUDE_W, patience_s=20))
        self.assertEqual([cause for _, cause in answers[:2]], ["throttle", "calm: throttle ends"])

    def test_logs_its_decisions_as_other_controllers_do(self):
        output, _ = self.answers(self.guarded(0.5 * self.AMPLITUDE_W, patience_s=20))
        self.assertEqual(output.events[0], {"time_s": 5.0, "decided_s": 5.0, "effective_s": 5.5, "kind": "job_limit",
                                            "target": "jobs", "cause": "backstop: throttle", "cap_fraction": 0.6})

    def test_may_stand_among_the_controllers(self):
        by_key = self.guarded(0.5 * self.AMPLITUDE_W, patience_s=20)
        among = {**by_key, "policy": {"router": {"kind": "round_robin"}, "batching": {"kind": "continuous"}}}
        settings = dict(among.pop("backstop"), kind="backstop")
        del settings["enabled"]
        among["policy"]["controllers"] = [settings]
        first, second = self.simulate(by_key, out="first"), self.simulate(among, out="second")
        self.assertTrue(first.events)
        self.assertEqual(first.events, second.events)
        self.assertEqual(first.summary["energy"], second.summary["energy"])
        self.assertEqual(first.summary["fingerprint"], second.summary["fingerprint"])
        self.refuses_run({**among, "policy": {**among["policy"], "controllers": [{"kind": "backstop"}]}},
                         "/policy/controllers/0/limit_w: missing")

    def test_wants_a_limit_and_frequencies_it_can_see(self):
        self.refuses_run(self.guarded(10) | {"backstop": {"enabled": True}}, "/backstop/limit_w: missing")
        self.refuses_run(self.guarded(10, watch_hz=[30]), "/backstop/watch_hz/0: must lie between")
        self.refuses_run(self.guarded(10, node="row7"), "/backstop/node: the site has no such node")


class Checked(ProgramTest):
    def test_check_reads_waveforms(self):
        scenario = self.write("scenario.json", training_scenario(job({"path": "none.csv"})))
        self.refuses(["check", scenario], "none.csv")

    def test_grid_watches_all_nodes_of_a_level(self):
        scenario = training_scenario(job(two_level(1, 0.5, 0.5)), grid={"nodes": ["row", "site"]})
        scenario["site"] = {"servers": 4, "levels": [{"name": "row", "holds": 2}]}
        output = self.simulate(scenario)
        self.assertEqual(list(output.summary["grid"]), ["site", "row0", "row1"])


if __name__ == "__main__":
    unittest.main()

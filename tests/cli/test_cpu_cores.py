"""Instances on CPU cores of a server: their time, their energy inside the host's, what does not touch them, bad input."""

import json
import unittest

from support import ROOT, ProgramTest

FLAT = {"rated_w": 6500, "host_idle_w": 600, "host_active_w": 800, "fan_min_w": 150, "fan_max_w": 690, "fan_exponent": 3,
        "psu_rated_w": 18000, "airflow_m3_per_s": 0.4, "efficiency": [{"load_fraction": 1, "efficiency_fraction": 0.9}]}
IDLE_W = (8 * 61 + 600 + 150 + (800 * 8 * 61 / 3200) + 540 * (8 * 61 / 3200) ** 3) / 0.9  # at the inlet, GPUs idle


def tool(units=({"unit": "second", "cpu_cores": 4, "time_s": 1, "power_w": 50},), instances=2, **changes):
    return {"steps": {"kind": "units", "units": list(units)}, "cpu_cores": 4,
            "pools": [{"name": "all", "serves": ["tool"], "instances": {"service": instances}}], **changes}


def scenario(service=None, jobs=3, **changes):
    template = {"name": "tools", "stages": {"tool": {"work": {"second": {"times": 10}}}}}
    return {"name": "cores",
            "hardware": {"include": str(ROOT / "configs/hardware/dgx_a100.json"), "server": {**FLAT, "cpu_cores": 8}, "cpu_core_cost_usd_per_h": 0.05},
            "site": {"servers": 1, "levels": [{"name": "row"}]}, "services": {"tools": service or tool()},
            "workload": {"graphs": [{"name": "tools", "template": template, "count": jobs}]}, "policy": "streamwise", **changes}


class CpuCores(ProgramTest):
    def play(self, content, *words, out="out"):
        summary = self.simulate(self.write("cores.json", content), *words, out=out).summary
        for check, residual in summary["checks"].items():
            self.assertLess(abs(residual), 1e-9, check)
        return summary

    def test_time_energy_and_price(self):
        summary = self.play(scenario())
        tools, worker = summary["graphs"]["tools"], summary["workers"]["tools/all"]
        self.assertEqual(tools["makespan"]["max_s"], 20)  # three jobs of ten seconds on two instances
        self.assertAlmostEqual(tools["cpu_core_hours"] * 3600, 3 * 10 * 4)
        self.assertAlmostEqual(tools["cpu_energy_kwh"] * 3.6e6, 3 * 10 * 50)
        self.assertEqual([tools["gpu_hours"], tools["gpu_energy_kwh"], worker["gpu_hours"]], [0, 0, 0])
        self.assertAlmostEqual(worker["cpu_core_hours"] * 3600, 2 * 4 * 20)
        self.assertAlmostEqual(worker["cost_usd"], 0.05 * worker["cpu_core_hours"])
        self.assertAlmostEqual(summary["fleet"]["cost_usd"], worker["cost_usd"])
        self.assertAlmostEqual(summary["energy"]["cpu_kwh"] * 3.6e6, 1500)
        self.assertAlmostEqual(summary["energy"]["it_kwh"] * 3.6e6, IDLE_W * 20 + 1500 / 0.9, places=6)

    def test_limits_of_gpus_do_not_touch_them(self):
        chat = {"model": "llama2_70b", "stack": "vllm_2023", "servers": 1, "pools": [{"name": "all", "serves": ["chat"]}]}
        requests = {"rate_per_s": 1, "duration_s": 60, "classes": [
            {"name": "chat", "input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 50}}]}
        beside = scenario(services={"tools": tool(), "chat": chat}, telemetry={"levels": ["row"]}, actuation={"clock_lock_s": 0})
        beside["site"]["levels"][0]["budget_w"] = 6500
        beside["workload"]["synthetic"] = requests
        beside["policy"] = {"router": {"kind": "join_shortest_queue"}, "batching": {"kind": "continuous"},
                            "unit_batching": {"kind": "one_at_a_time"}}
        free = self.play(beside, out="free")
        beside["policy"]["controllers"] = [{"kind": "fixed_limit", "clock_mhz": 600}]
        held = self.play(beside, out="held")
        self.assertEqual(held["graphs"]["tools"], free["graphs"]["tools"])
        self.assertGreater(held["classes"]["chat"]["latency"]["e2e_s"]["mean"], 1.2 * free["classes"]["chat"]["latency"]["e2e_s"]["mean"])
        self.assertAlmostEqual(held["energy"]["cpu_kwh"] * 3.6e6, 1500)
        self.assertGreater(held["energy"]["gpu_kwh"], 0)

    def test_gpu_or_cores_by_cost(self):
        units = [{"unit": "second", "cpu_cores": 4, "time_s": 1.5}, {"unit": "second", "gpus": 1, "time_s": 1}]
        either = scenario(tool(units, variants={"gpu": {"tensor_parallel": 1}}), jobs=1)
        either["hardware"]["gpu_cost_usd_per_h"] = 3
        study = {"name": "where", "scenario": "cores.json", "metrics": ["/fleet/cost_usd", "/graphs/tools/makespan/max_s"],
                 "axes": {"/services/tools/pools/0/instances": [{"service": 1}, {"gpu": 1}]}}
        self.write("cores.json", either)
        self.ok("sweep", self.write("study.json", study), "--out", self.folder / "sweep", "-j", "1")
        choose = ["choose", self.folder / "sweep", "--least"]
        self.assertEqual(json.loads(self.ok(*choose, "/fleet/cost_usd", "--json").stdout)["/graphs/tools/makespan/max_s"], 15)
        self.assertEqual(json.loads(self.ok(*choose, "/graphs/tools/makespan/max_s", "--json").stdout)["/graphs/tools/makespan/max_s"], 10)

    def test_an_evicted_server_takes_its_cores_with_it(self):
        two = scenario(tool(instances=4), site={"servers": 2, "levels": [{"name": "row"}, {"name": "rack", "holds": 1}]},
                       incidents={"evictions": [{"nodes": ["row0/rack1"], "at_s": 5, "notice_s": 1}]}, jobs=4)
        summary = self.play(two)
        stages = summary["graphs"]["tools"]["stages"]
        self.assertEqual([stages["lost"], stages["done"], stages["created"]], [2, 4, 6])
        self.assertEqual(summary["graphs"]["tools"]["makespan"]["max_s"], 20)
        self.assertAlmostEqual(summary["graphs"]["tools"]["cpu_core_hours"] * 3600, 4 * 10 * 4)
        self.assertAlmostEqual(summary["graphs"]["tools"]["lost_cpu_core_hours"] * 3600, 2 * 5 * 4)
        self.assertAlmostEqual(summary["workers"]["tools/all"]["cpu_core_hours"] * 3600, 2 * 4 * 20 + 2 * 4 * 5)

    def test_beside_dies_that_heat(self):
        warm = scenario(cooling={"outside": {"kind": "constant", "outside_c": 20}})
        summary = self.play(warm)
        self.assertAlmostEqual(summary["energy"]["cpu_kwh"] * 3.6e6, 1500)

    def test_a_plan_has_the_cores_that_there_are(self):
        template = {"name": "tools", "parameters": {"n": 40}, "stages": {"tool": {"per": ["n"], "work": {"second": {"times": 10}}}}}
        many = scenario(workload={"graphs": [{"name": "tools", "template": template}]})
        text = self.ok("plan", self.write("cores.json", many), "--objective", "ttff").stdout
        self.assertIn('{"service": 2}', text)  # eight cores, four each
        proposed, = [line.split() for line in text.splitlines() if line.startswith("proposed")]
        self.assertEqual([proposed[1], proposed[-1]], ["0", "8"])
        self.assertAlmostEqual(float(proposed[2]), 200)  # forty times ten seconds on two instances
        self.assertAlmostEqual(float(proposed[5]), round(0.05 * 8 * 200 / 3600, 2))
        self.assertAlmostEqual(float(proposed[7]), round(40 * 10 * 50 / 3.6e6, 4))
        del many["hardware"]["cpu_core_cost_usd_per_h"]
        self.refuses(["plan", self.write("cores.json", many)], "--objective: needs /hardware/gpu_cost_usd_per_h")

    def test_a_server_without_power_is_no_worker(self):
        tripped = scenario(tool(instances=2), jobs=20)
        tripped["site"]["levels"] = [{"name": "row", "rating_w": 1000,
                                      "protection": {"curve": [{"load_fraction": 1.1, "time_s": 30}], "action": "outage"}}]
        tripped["duration_s"] = 400
        summary = self.simulate(self.write("cores.json", tripped)).summary
        hours = summary["workers"]["tools/all"]["cpu_core_hours"]
        self.assertAlmostEqual(hours * 3600, 8 * 30)

    def test_bad_input(self):
        def refuses(content, *expected):
            self.refuses_run(content, *expected)

        refuses(scenario(tool(instances=3)), "/services/tools/pools/0/instances/service: 1 instance finds no free CPU cores on its servers")
        refuses(scenario(tool(cpu_cores=16)), "must be at most the 8 CPU cores of a server (/hardware/server/cpu_cores)")
        refuses(scenario(tool(cpu_cores=2)), "no unit has a time on 2 CPU cores (there are: 4 CPU cores)")
        refuses(scenario(tool([{"unit": "second", "cpu_cores": 4, "gpu": "a100_sxm4_80gb", "time_s": 1}])),
                "/services/tools/steps/units/0/gpu: cannot stand beside cpu_cores")
        refuses(scenario(tool(pools=[{"name": "all", "serves": ["tool"]}])),
                "/services/tools/cpu_cores: needs pools that count `instances`")
        refuses(scenario(tool(variants={"both": {"cpu_cores": 4, "tensor_parallel": 1}})),
                "/services/tools/variants/both/cpu_cores: cannot stand beside tensor_parallel")
        llm = {"model": "llama2_70b", "stack": "vllm_2023", "cpu_cores": 4,
               "pools": [{"name": "all", "serves": ["tool"], "instances": {"service": 1}}]}
        refuses(scenario(llm), "/services/tools/cpu_cores: needs steps by units: CPU cores run no language model")
        refuses(scenario(tool([{"unit": "second", "cpu_cores": 4, "time_s": 1, "power_w": 4000}])),
                "instances on CPU cores make a server of type dgx_a100 draw", "more than it is rated for")
        machines = {"count": 1, "service_fraction": 1, "endpoints": [{"service": "tools"}]}
        on_machines = scenario(duration_s=100)
        on_machines["workload"]["vms"] = machines
        refuses(on_machines, "/services/tools")
        refuses(scenario(tool([{"unit": "second", "cpu_cores": 4, "time_s": 1, "power_w": 7000}])),
                "\"second\" draws more on 4 CPU cores than its server is rated for")


if __name__ == "__main__":
    unittest.main()

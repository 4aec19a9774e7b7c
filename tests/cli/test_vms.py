"""Virtual machines that come and go, in runs of the program."""

from support import ProgramTest, small_scenario

LENGTHS = {"input": {"kind": "fixed", "tokens": 500}, "output": {"kind": "fixed", "tokens": 50}}


def two_rows(placement="first_fit", **vms):
    """Two rows of two racks of two servers, for two endpoints and opaque machines."""
    service = {"model": "llama2_70b", "stack": "vllm_2023", "tensor_parallel": 8, "start": {"boot_s": 1}}
    scenario = small_scenario(
        duration_s=1200,
        site={"servers": 8, "levels": [{"name": "row", "holds": 2}, {"name": "rack", "holds": 2}]},
        services={name: dict(service, pools=[{"name": "all", "serves": [name]}]) for name in "ab"},
        workload={"synthetic": {"rate_per_s": 2, "duration_s": 1100, "classes": [
            dict(LENGTHS, name=name, share=0.5) for name in "ab"]}, "vms": dict({"count": 6}, **vms)},
        policy={"name": "vms", "router": {"kind": "least_outstanding"}, "batching": {"kind": "continuous"},
                "vm_placement": {"kind": placement}})
    del scenario["serving"]
    return scenario


class Vms(ProgramTest):
    def run_rows(self, *arguments, out="out", **vms):
        return self.simulate(two_rows(**vms), *arguments, out=out)

    def test_machines_of_two_rows(self):
        for placement in ("first_fit", "packing", "random", "tapas"):
            output = self.run_rows(placement=placement, out=placement)
            vms = output.summary["vms"]
            self.assertEqual([vms[key] for key in ("arrived", "opaque", "serving", "placed", "without_place")],
                             [6, 3, 3, 6, 0])
            self.assertEqual(output.summary["fleet"]["starts"], 0)  # they stand from the start on
            self.assertEqual(output.summary["requests"]["rejected"], 0)
            starts = [event for event in output.json("events.json")["events"] if event["kind"] == "vm_start"]
            self.assertEqual(len({event["target"] for event in starts}), 6)

    def test_ten_weeks_in_twenty_minutes(self):
        """Ten weeks of machines that come and go; all books balance, and equal runs are equal."""
        stretch = 1200 / 604800
        scenario = two_rows(time_stretch=stretch / 10)
        scenario["workload"]["vms"]["occupied_fraction"] = scenario["workload"]["vms"].pop("count") / 6
        outputs = [self.simulate(scenario, out=out) for out in "ab"]
        self.assertEqual(outputs[0].contents(), outputs[1].contents())
        vms = outputs[0].summary["vms"]
        self.assertGreater(vms["left"], 8)
        self.assertGreater(vms["waited"], 0)  # for those that drain
        self.assertEqual(vms["arrived"], vms["placed"] + vms["without_place"])

    def test_a_seed_of_their_own(self):
        starts = {}
        for seed in (1, 2):
            output = self.run_rows(seed=seed, out=f"seed{seed}")
            starts[seed] = output.summary["vms"]["opaque_energy_kwh"]
        self.assertNotEqual(starts[1], starts[2])

    def test_machines_from_a_file(self):
        machines = self.write("machines.csv", "name,arrival_s,lifetime_s,gpus,service,record\n"
                              "one,0,,8,a,\ntwo,0,,8,b,\nthree,60,600,8,,power.csv\nfour,100,,4,,\n")
        self.write("power.csv", "time_s,power_fraction\n0,0.5\n300,0.9\n700,0.9\n")
        scenario = two_rows()
        scenario["workload"]["vms"] = {"path": machines}
        summary = self.simulate(scenario).summary
        self.assertEqual([summary["vms"][key] for key in ("arrived", "serving", "left")], [4, 2, 1])

    def test_bad_input(self):
        good = two_rows()
        for expected, sets in (
            ("/workload/vms/gpus: is more than the 8 GPUs of the largest server where they may stand", ["/workload/vms/gpus=16"]),
            ("/workload/vms/endpoints/0/service: there is no service \"c\"; there is a, b",
             ['/workload/vms/endpoints=[{"service": "c"}]']),
            ("/services/a/pools: must be one", ['/services/a/pools=[{"name": "x", "serves": ["a"], "server_fraction": 0.5}, '
                                               '{"name": "y", "serves": [], "server_fraction": 0.5}]']),
            ("/workload/vms: cannot stand beside tenants",
             ['/workload/tenants=[{"name": "t", "nodes": ["row0"], "waveform": "roberta"}]']),
            ("/policy/vm_placement/kind", ["/policy/vm_placement/kind=tapir"]),
            ("/services/a/tensor_parallel: ", ["/services/a/model=bloom_176b", "/services/a/tensor_parallel=4"]),
        ):
            with self.subTest(expected=expected):
                self.refuses_run(good, expected, sets=sets)

    def test_bad_files(self):
        scenario = two_rows()
        for expected, machines, record in (
            ("machines.csv:2: no service on machines is called \"c\" (there are: a, b)", "m,0,8,c,\n", ""),
            ("machine m has 16 GPUs, but the largest server has 8", "m,0,16,,\n", ""),
            ("machine m has 4 GPUs, but an instance of its service has 8", "m,0,4,a,\n", ""),
            ("power.csv:2: of machine m: power_fraction is above 1", "m,0,8,,power.csv\n", "0,1.5\n"),
            ("power.csv:2: of machine m: power_fraction is below", "m,0,8,,power.csv\n", "0,0.01\n"),
            ("power.csv:3: the record of machine m ends here, before the 1200 s", "m,0,8,,power.csv\n", "0,0.5\n9,0.5\n"),
        ):
            with self.subTest(expected=expected):
                self.write("power.csv", "time_s,power_fraction\n" + record)
                scenario["workload"]["vms"] = {
                    "path": self.write("machines.csv", "name,arrival_s,gpus,service,record\n" + machines)}
                self.refuses_run(scenario, expected)

    def test_the_shipped_scenario(self):
        summary = self.simulate("configs/scenario/tapas_two_rows.json", "--set", "/duration_s=600").summary
        self.assertEqual([summary["vms"][key] for key in ("arrived", "opaque", "serving")], [72, 36, 36])
        self.assertGreater(summary["slo"]["attained_fraction"], 0.9)

"""Requests that two instances serve: the network between them, as its user sees it."""

import unittest

from support import ProgramTest, small_scenario


def handing_over(network, **changes):
    """Prompts on two servers and answers on two, which share their NICs."""
    scenario = small_scenario(
        site={"servers": 4, "levels": [{"name": "row"}, {"name": "rack", "holds": 2}]},
        policy={"router": {"kind": "mixed_pool"}, "batching": {"kind": "continuous"},
                "placement": {"kind": "first_fit"}, "controllers": []},
        network=network)
    scenario["serving"] = {**scenario["serving"],
                           "pools": [{"name": "prompt", "serves": ["all"], "server_fraction": 0.5},
                                     {"name": "token", "serves": [], "server_fraction": 0.5}]}
    scenario["workload"]["synthetic"]["rate_per_s"] = 3
    scenario.update(changes)
    return scenario


class Network(ProgramTest):
    def test_flows_are_in_every_output(self):
        network = {"kind": "flows", "nic_bytes_per_s": 1e9, "rack_uplink_bytes_per_s": 1.5e9, "energy_per_byte_j": 8e-11}
        output = self.simulate(handing_over(network), "--requests", "--trace")
        seen = output.summary["network"]
        self.assertGreater(seen["transfers"], 100)
        self.assertEqual(seen["sent_bytes"], seen["bytes"])
        self.assertAlmostEqual(seen["energy_kwh"], 2 * seen["bytes"] * 8e-11 / 3.6e6)
        self.assertGreater(seen["p99_s"], 0.16)  # 500 tokens of 327,680 bytes take 0.164 s alone
        links = seen["links"]
        self.assertIn("row0/rack0 out", links)
        self.assertIn("row0/rack1/server0 in", links)
        self.assertAlmostEqual(links["row0/rack0 out"]["bytes"], seen["bytes"])
        self.assertAlmostEqual(sum(links[f"row0/rack0/server{i} out"]["bytes"] for i in (0, 1)), seen["bytes"])
        shares = [link["utilization_fraction"] for link in links.values()]
        self.assertEqual(shares, sorted(shares, reverse=True))
        self.assertTrue(all(0 < share <= 1 for share in shares))

        requests = output.requests()
        self.assertTrue(all(row["instance"] in "01" for row in requests))
        self.assertTrue(all(row["decode_instance"] in "23" for row in requests if row["decode_instance"]))
        self.assertEqual(sum(row["decode_instance"] != "" for row in requests), seen["transfers"])

        events = [event for event in output.json("trace.json")["traceEvents"] if event.get("cat") == "network"]
        self.assertEqual(len(events), 2 * seen["transfers"])
        lasted = {}
        for event in events:
            lasted[event["id"]] = lasted.get(event["id"], 0) + (event["ts"] if event["ph"] == "e" else -event["ts"])
        self.assertAlmostEqual(sum(lasted.values()) / len(lasted) / 1e6, seen["mean_s"], 6)

    def test_a_cache_that_goes_ahead_is_there_sooner(self):
        for kind in ({"kind": "fixed_rate", "bytes_per_s": 2e9}, {"kind": "flows", "nic_bytes_per_s": 2e9}):
            with self.subTest(kind=kind["kind"]):
                plain = self.simulate(handing_over(kind), out=kind["kind"]).summary
                ahead = self.simulate(handing_over({**kind, "overlap": True}), out=kind["kind"] + "_ahead").summary
                self.assertEqual(ahead["network"]["bytes"], plain["network"]["bytes"])
                self.assertLess(ahead["network"]["mean_s"], 0.5 * plain["network"]["mean_s"])

    def test_the_rate_of_a_nic_is_its_server_types(self):
        summary = self.simulate(handing_over({"kind": "flows"})).summary
        self.assertAlmostEqual(summary["network"]["mean_s"], 500 * 327680 / 200e9, 4)

    def test_without_a_network_nothing_speaks_of_one(self):
        output = self.simulate(small_scenario(), "--requests")
        self.assertNotIn("network", output.summary)
        self.assertNotIn("bytes_residual", output.summary["checks"])
        self.assertNotIn("decode_instance", output.requests()[0])

    def test_what_is_wrong_is_said(self):
        scenario = handing_over({"kind": "flows"})
        del scenario["network"]
        self.refuses_run(scenario, "/policy/router: hands requests over from one instance to another, which needs a /network")
        self.refuses_run(handing_over({"kind": "flow"}), '/network/kind', 'did you mean "flows"?')
        self.refuses_run(handing_over({"kind": "fixed_rate", "nic_bytes_per_s": 1e9}),
                         "/network/nic_bytes_per_s: is not read by fixed_rate")
        self.refuses_run(handing_over({"kind": "flows"}, hardware="h100_alone"), "/network/nic_bytes_per_s: is missing")


if __name__ == "__main__":
    unittest.main()

"""The summary that `headroom run` prints: what went wrong comes first, in words."""

import unittest

from support import ProgramTest, small_scenario


class Screen(ProgramTest):
    def said(self, scenario, *arguments):
        file = scenario if isinstance(scenario, str) else self.write("scenario.json", scenario)
        return self.ok("run", file, "--out", self.folder / "out", "--force", *arguments).stdout

    def wrong(self, *arguments):
        """The lines under `what went wrong`, which stand before all numbers."""
        said = self.said(*arguments)
        head, _, rest = said.partition("  what went wrong\n")
        self.assertLess(len(head.splitlines()), 3)
        return rest.split("\n\n")[0].splitlines()

    def test_a_trip_is_said_first_with_the_dark_and_the_lost(self):
        lines = self.wrong("tests/golden/chunked_prefill_trip/scenario.json", "--set", "/site/levels/2/protection/action=outage")
        self.assertRegex(lines[0], r"^  ups0/row0/rack\d tripped at .*: overload carried too long: outage$")
        self.assertTrue(any("without power for" in line for line in lines), lines)
        self.assertTrue(any("were rejected (" in line and " lost" in line for line in lines), lines)

    def test_prices_are_on_the_line_of_energy(self):
        said = self.said(small_scenario(prices={"carbon_kg_per_kwh": 0.4, "cost_usd_per_kwh": 0.12}))
        self.assertRegex(said, r" kWh facility, [\d.]+ kg CO2, \$ [\d.]+; conservation: ")
        self.assertRegex(self.said(small_scenario()), r" kWh facility; conservation: ")

    def test_a_full_queue_and_a_class_that_misses_its_target(self):
        lines = self.wrong(small_scenario(slo={"all": {"ttft_s": 0.001}}), "--set", "/workload/synthetic/rate_per_s=40",
                           "--set", "/serving/max_waiting_requests=8")
        self.assertRegex(lines[0], r"^  [\d,]+ requests, [\d.]+ % of all, were rejected \([\d,]+ queue full\)$")
        self.assertTrue(any("attained its SLO in 0 % of requests" in line for line in lines), lines)

    def test_brakes_and_budgets(self):
        lines = self.wrong("tests/golden/brake_storm/scenario.json")
        self.assertTrue(any("power brake" in line and "first decided at" in line for line in lines), lines)
        self.assertTrue(any("drew more than its budget for" in line for line in lines), lines)

    def test_heat(self):
        lines = self.wrong("hot_aisle", "--set", "/duration_s=2100")
        self.assertTrue(any(line.startswith("  GPUs too hot: ") for line in lines), lines)

    def test_nothing_wrong_says_nothing_of_it(self):
        self.assertNotIn("wrong", self.said(small_scenario()))

    def test_without_requests_nothing_about_requests(self):
        said = self.said("prunetrain_resnet50", "--set", "/duration_s=300")
        self.assertIn("simulated, no requests", said.splitlines()[0])
        self.assertNotIn("completed", said)
        self.assertNotIn("requests/s", said)

    def test_one_of_a_kind_is_said_so(self):
        said = self.said(small_scenario(), "--set", "/policy=fixed_limit", "--set", "/policy/controllers/0/power_cap_w=300")
        self.assertIn("0 clock locks, 1 cap, 0 brakes, 0 trips; held servers back for", said)


if __name__ == "__main__":
    unittest.main()

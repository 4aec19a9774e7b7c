"""Carbon and price over time."""

import unittest

from support import ROOT, ProgramTest, small_scenario

CASE = ROOT / "tests/cases/carbon_and_price_over_time"
CURVE = "/prices/curve"


class Prices(ProgramTest):
    def bill(self, *sets, out="out"):
        options = [word for assignment in sets for word in ("--set", assignment)]
        output = self.simulate(str(CASE / "scenario.json"), *options, out=out)
        return output.summary, output.summary["fingerprint"]

    def test_a_curve_of_a_file(self):
        energy, fingerprint = self.bill(f'{CURVE}={{"path": "{CASE}/intensity.csv"}}')
        self.assertAlmostEqual(energy["carbon_kg"], 2.8 * 0.10 + 0.276 * 0.50, 9)
        self.assertAlmostEqual(energy["cost_usd"], 2.8 * 0.05 + 0.276 * 0.20, 9)
        constant, same = self.bill(out="constant")
        self.assertEqual(fingerprint, same)
        self.assertAlmostEqual(constant["carbon_kg"], 3.076 * 0.3, 9)

    def test_points_inside_of_steps_and_again_from_the_start(self):
        points = ('[{"time_s": 0, "carbon_kg_per_kwh": 0.1}, {"time_s": 100.5, "carbon_kg_per_kwh": 0.5}]')
        energy, _ = self.bill(f'{CURVE}={{"points": {points}, "repeat_s": 900}}')
        kwh = [power_w * seconds / 3.6e6 for power_w in (5600, 552) for seconds in (2 * 100.5, 2 * 799.5)]
        self.assertAlmostEqual(energy["carbon_kg"], (kwh[0] + kwh[2]) * 0.1 + (kwh[1] + kwh[3]) * 0.5, 9)
        self.assertAlmostEqual(energy["cost_usd"], 3.076 * 0.125, 9)

    def test_carbon_of_the_gpus_held_follows_the_curve(self):
        """Eight GPUs wait loaded, with hosts and losses beside them; the curve changes inside of the hour."""
        points = '[{"time_s": 0, "carbon_kg_per_kwh": 0.1}, {"time_s": 1000, "carbon_kg_per_kwh": 0.5}]'
        summary = self.simulate(small_scenario(), "--set", "/workload/synthetic/rate_per_s=1e-9", "--set", "/duration_s=3600",
                                "--set", f'{CURVE}={{"points": {points}, "repeat_s": 3000}}').summary
        held = summary["energy"]["gpu_kwh"]
        self.assertLess(held, summary["energy"]["facility_kwh"])
        self.assertAlmostEqual(summary["gpu_carbon_kg"], held * (1600 * 0.1 + 2000 * 0.5) / 3600, 9)

    def test_a_price_of_a_megawatt_hour(self):
        scenario = str(CASE / "scenario.json")
        self.refuses_run(scenario, "/prices/cost_usd_per_kwh: a price of 125 USD per kWh is beyond any market's",
                         "looks like 125 USD per MWh, which is 0.125", sets=["/prices/cost_usd_per_kwh=125"])
        points = '[{"time_s": 0, "cost_usd_per_kwh": 0.1}, {"time_s": 900, "cost_usd_per_kwh": -50}]'
        self.refuses_run(scenario, "/prices/curve/points/1/cost_usd_per_kwh: a price of -50 USD",
                         sets=[f'{CURVE}={{"points": {points}, "repeat_s": 1800}}'])
        file = self.write("price.csv", "time_s,cost_usd_per_kwh\n0,50\n900,200\n3600,60\n")
        self.refuses_run(scenario, "price.csv:2: a price of 50 USD", sets=[f'{CURVE}={{"path": "{file}"}}'])
        file = self.write("price.csv", "time_s,cost_usd_per_mwh\n0,50\n900,5000\n3600,-60\n")
        self.bill(f'{CURVE}={{"path": "{file}"}}')

    def test_a_curve_that_does_not_reach(self):
        short = self.write("short.csv", "time_s,carbon_kg_per_kwh\n0,0.1\n600,0.5\n")
        late = self.write("late.csv", "time_s,carbon_kg_per_kwh\n60,0.1\n3600,0.5\n")
        scenario = str(CASE / "scenario.json")
        self.refuses_run(scenario, "/prices/curve: ends at 1200 s", sets=[f'{CURVE}={{"path": "{short}"}}'])
        self.refuses(["check", scenario, "--set", f'{CURVE}={{"path": "{short}"}}'], "ends at 1200 s")
        self.refuses_run(scenario, "late.csv: begins after the run's start", sets=[f'{CURVE}={{"path": "{late}"}}'])
        inline = '{"points": [{"time_s": 0, "carbon_kg_per_kwh": 0.1}, {"time_s": 600, "carbon_kg_per_kwh": 0.5}]}'
        self.refuses_run(scenario, "--set: /prices/curve: ends at 1200 s", sets=[f"{CURVE}={inline}"])
        self.refuses_run(scenario, "must have either path or points", sets=[f"{CURVE}={{}}"])


if __name__ == "__main__":
    unittest.main()

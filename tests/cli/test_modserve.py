"""Requests with images: the mini-examples of ModServe, conservation, what cannot be, bad input, the shipped files."""

import json
import unittest

from support import ROOT, ProgramTest, ScriptTest, small_scenario

BURST = "configs/scenario/modserve_burst.json"


def scenario(encoder="pool", images=4, split=True, router="fewest_text_tokens", **changes):
    """A text instance and some that encode an image in 0.2 s, of a trace beside the file."""
    return {
        "name": "pictures",
        "hardware": "dgx_a100",
        "site": {"servers": 1, "levels": [{"name": "row"}]},
        "services": {
            "llm": {
                "model": "llama3_1_8b", "stack": "vllm_2025", "tensor_parallel": 4, "max_waiting_requests": 1000,
                "images": {"kind": "cross_attention", "tokens": 6404, "encoder": encoder, "encode_s": 0.1, "split": split},
                "pools": [{"name": "text", "serves": ["high", "low"], "instances": {"service": 1}}]},
            "vit": {
                "tensor_parallel": 1, "max_waiting_requests": 1000,
                "steps": {"kind": "units", "units": [{"unit": "image", "gpus": 1, "time_s": 0.2, "power_w": 374}]},
                "pools": [{"name": "image", "serves": ["encode"], "instances": {"service": images}}]}},
        "workload": {"trace": {"path": "trace.csv", "time_unit": "s", "high_priority_share": 0}},
        "policy": {"router": {"kind": router}, "batching": {"kind": "chunked_prefill"}}, **changes}


class Images(ProgramTest):
    def trace(self, *rows):
        lines = [",".join(map(str, row)) for row in rows]
        self.write("trace.csv", "arrival_time,input_tokens,output_tokens,num_images\n" + "\n".join(lines) + "\n")

    def run_images(self, content, *words, out="out"):
        output = self.simulate(self.write(out + ".json", content), "--requests", *words, out=out)
        images = output.summary["images"]
        self.assertEqual(images["came"], images["encoded"] + images["dropped"] + images["left"])
        for residual in output.summary["checks"].values():
            self.assertLess(residual, 1e-9)
        return output

    def encoded(self, content, out="out"):
        """Instance, counted from the first that encodes, and end of each image, in order of coming."""
        output = self.run_images(content, out=out)
        rows = [row for row in output.requests() if row["class"] == "encode_low"]
        rows.sort(key=lambda row: int(row["id"]))
        return [(int(row["instance"]) - 1, round(float(row["arrival_s"]) + float(row["e2e_s"]), 9)) for row in rows]

    SIX_THEN_TWO = [(0, 100, 2, 6), (0.01, 100, 2, 1), (0.01, 100, 2, 1)]

    def test_images_of_a_request_are_split(self):
        self.trace(*self.SIX_THEN_TWO)
        self.assertEqual(self.encoded(scenario()), [(0, 0.2), (1, 0.2), (2, 0.2), (3, 0.2), (0, 0.4), (1, 0.4), (2, 0.4), (3, 0.4)])

    def test_or_all_go_to_one_instance(self):
        self.trace(*self.SIX_THEN_TWO)
        self.assertEqual(self.encoded(scenario(split=False)), [(0, 1.2), (1, 0.21), (2, 0.21)])

    def test_a_prompt_is_read_when_all_its_images_are_encoded(self):
        self.trace((0, 512, 1, 1), (100, 1152, 1, 0))
        rows = {row["id"]: row for row in self.run_images(scenario()).requests()}
        self.assertEqual(rows["0"]["input_tokens"], str(512 + 640))
        self.assertAlmostEqual(float(rows["0"]["ttft_s"]), 0.2 + float(rows["1"]["ttft_s"]), delta=1e-9)

    def test_calibration(self):
        """An encode share of 0.79 in the time of a request with one image, alone on the monolith."""
        self.trace((0, 1152, 1, 0))
        prefill = float(self.run_images(scenario("instance", 0), out="text").requests()[0]["ttft_s"])
        encode, preprocess = 0.79 / 0.18 * prefill, 0.03 / 0.18 * prefill
        content = scenario("instance", 0)
        content["services"]["llm"]["images"].update(encode_s=encode, preprocess_s=preprocess)
        self.trace((0, 512, 1, 1))
        ttft = float(self.run_images(content).requests()[0]["ttft_s"])
        self.assertAlmostEqual(ttft, prefill / 0.18, delta=1e-9)
        for share, milliseconds in ((0.79, 438.9), (0.03, 16.7), (1, 555.6)):  # of a prefill of 100 ms
            self.assertAlmostEqual(share / 0.18 * 100, milliseconds, delta=0.05)
        self.assertAlmostEqual(encode / ttft, 0.79, delta=1e-9)

    def at_once(self, count, images, text):
        """So many requests of one image together; a prompt is 1160 tokens and a tenth of 6400, of 0.1 ms each."""
        self.trace(*[(0, 1160, 1, 1)] * count)
        self.write("steps.csv", "batch_tokens,prompt_time_s,token_time_s\n1,0.0001,0.001\n20000,2,0.001\n")
        content = scenario("pool" if images else "instance", images, site={"servers": 16, "levels": [{"name": "row"}]})
        content["policy"]["batching"] = {"kind": "continuous"}
        content["services"]["llm"].update(steps={"kind": "table", "path": "steps.csv", "extend": True})
        content["services"]["llm"]["images"].update(tokens=6400, encode_s=0.79)
        content["services"]["llm"]["pools"][0]["instances"] = {"service": text}
        content["services"]["vit"]["steps"]["units"][0]["time_s"] = 1.58
        return [row for row in self.run_images(content, out=f"out{text}").requests() if row["class"] == "low"]

    def test_capacity_without_targets(self):
        """Encode 0.79 s at TP 4 and 1.58 s at TP 1, prefill 0.18 s: 33.0 and 30.4 requests/s on 128 GPUs."""
        end = lambda rows: max(float(row["ttft_s"]) for row in rows)
        self.assertAlmostEqual(end(self.at_once(320, 0, 32)), 320 / (32 / (0.79 + 0.18)), delta=1e-6)
        self.assertAlmostEqual(32 / (0.79 + 0.18), 33.0, delta=0.05)
        last = end(self.at_once(480, 48, 20)) - 480 / (48 / 1.58)  # the prompts of the last 48, three on an instance at most
        self.assertTrue(0.18 - 1e-6 <= last <= 3 * 0.18 + 1e-6, last)
        self.assertAlmostEqual(48 / 1.58, 30.4, delta=0.05)

    def test_the_monolith_encodes_one_image_after_the_other(self):
        self.trace((0, 512, 1, 6), (100, 512 + 6 * 640, 1, 0))
        rows = self.run_images(scenario("instance", 0)).requests()
        self.assertAlmostEqual(float(rows[0]["ttft_s"]), 0.6 + float(rows[1]["ttft_s"]), delta=1e-9)

    def test_images_of_decoder_only_models_are_tokens_of_the_prompt(self):
        content = scenario()
        content["services"]["llm"]["images"].update(kind="decoder_only", tokens=1280)
        self.trace((0, 100, 2, 3))
        rows = self.run_images(content).requests()
        self.assertEqual([row["input_tokens"] for row in rows if row["class"] == "low"], [str(100 + 3 * 1280)])

    def test_images_travel(self):
        """6404 tokens of 8192 bytes at 1e9 bytes/s."""
        self.trace((0, 512, 1, 1))
        near = float(self.run_images(scenario(), out="near").requests()[-1]["ttft_s"])
        far = self.run_images(scenario(network={"bytes_per_s": 1e9}))
        ttft = [float(row["ttft_s"]) for row in far.requests() if row["class"] == "low"]
        self.assertAlmostEqual(ttft[0] - near, 6404 * 8192 / 1e9, delta=1e-9)
        self.assertEqual(far.summary["network"]["transfers"], 1)

    def test_text_does_not_wait_for_images(self):
        text = [(i / 10, 500, 20, 0) for i in range(100)]
        self.trace(*text)
        alone = self.run_images(scenario(), out="alone").requests()
        self.trace(*sorted(text + [(i / 10, 50, 2, 2) for i in range(0, 100, 50)]))
        rows = self.run_images(scenario()).requests()
        mean = lambda rows: sum(float(row["ttft_s"]) for row in rows) / len(rows)
        self.assertAlmostEqual(mean([row for row in rows if row["class"] == "low" and row["input_tokens"] == "500"]) / mean(alone), 1, delta=0.05)

    def test_images_of_lost_instances_are_encoded_again(self):
        self.trace(*[(i / 10, 200, 20, 1 + i % 5) for i in range(200)])
        content = scenario(site={"servers": 3, "levels": [{"name": "row"}]},
                           incidents={"evictions": [{"nodes": ["row0/server1"], "at_s": 5, "notice_s": 0}]})
        content["services"]["llm"]["pools"][0]["instances"] = {"service": 1}
        content["services"]["vit"]["pools"][0]["instances"] = {"service": 12}
        content["network"] = {"kind": "flows", "nic_bytes_per_s": 1e9}
        summary = self.run_images(content).summary
        self.assertEqual(summary["images"]["dropped"], 0)
        self.assertEqual(summary["services"]["llm"]["requests"]["completed"], 200)
        self.assertGreater(summary["services"]["vit"]["requests"]["arrived"], summary["images"]["came"])

    def test_a_run_may_end_while_images_are_under_way(self):
        self.trace((0, 512, 100, 6), (0.3, 512, 1, 1))
        for end in (0.1, 0.25, 0.35, 0.5):
            summary = self.run_images(scenario(duration_s=end), out=f"out{end}").summary
            self.assertEqual(summary["images"]["requests"], 1 + (end > 0.3))

    def test_traces_keep_images(self):
        settings = self.write("settings.json", {"synthetic": {
            "rate_per_s": 10, "classes": [{"input": {"kind": "fixed", "tokens": 5}, "output": {"kind": "fixed", "tokens": 5}}]},
            "also": [{"rate_per_s": 10, "classes": [{"input": {"kind": "fixed", "tokens": 5}, "output": {"kind": "fixed", "tokens": 5},
                                                     "images": {"mean": 8}}]}]})
        path = self.folder / "made.csv"
        self.ok("trace", "generate", settings, "--duration", "1000", "--out", path)
        counts = [int(line.rsplit(",", 1)[1]) for line in path.read_text().splitlines()[1:]]
        some = [count for count in counts if count > 0]
        self.assertEqual(max(counts), 16)
        self.assertAlmostEqual(len(some) / len(counts), 0.5, delta=0.02)
        self.assertAlmostEqual(sum(some) / len(some), 8 * (1 - (7 / 8) ** 16), delta=0.2)
        again = self.folder / "again.csv"
        self.ok("trace", "convert", path, "--out", again)
        lines = lambda file: [line.split(",")[1:] for line in file.read_text().splitlines()]
        self.assertEqual(lines(path), lines(again))

    def refuses_images(self, change, *expected):
        content = scenario()
        change(content)
        self.refuses_run(content, *expected)

    def test_bad_input(self):
        self.trace((0, 100, 2, 6))
        images = lambda **values: lambda content: content["services"]["llm"]["images"].update(values)
        without = lambda key: lambda content: content["services"]["llm"]["images"].pop(key)
        self.refuses_images(without("tokens"), "/services/llm/images/tokens")
        self.refuses_images(without("kind"), "/services/llm/images/kind")
        self.refuses_images(lambda content: (images(encoder="instance")(content), without("encode_s")(content)), "/services/llm/images/encode_s", "how long an image takes")
        self.refuses_images(lambda content: content["services"].pop("vit"), "no pool serves \"encode\"")
        self.refuses_images(lambda content: content["services"]["vit"]["pools"][0].update(instances={"service": 5}),
                            "/services/vit/pools/0/instances/service", "no free GPUs")
        self.refuses_images(lambda content: content["services"]["vit"]["pools"][0].update(instances={"service": 0}),
                            "/services/vit/pools", "no pool serves \"encode\"", "has no instance")
        self.refuses_images(lambda content: content["services"]["llm"].pop("images"), "images")
        self.refuses_images(lambda content: content["policy"].update(controllers=[{"kind": "token_autoscale", "tokens_per_s": 0}]),
                            "/policy/controllers/0/tokens_per_s")
        self.refuses_images(lambda content: content["policy"].update(controllers=[
            {"kind": "token_autoscale", "tokens_per_s": 10, "backlog_s": 1, "period_s": 90}]), "/policy/controllers/0/period_s", "whole minutes")

    def test_bad_numbers_of_images(self):
        for number in ("17", "-1", "x"):
            self.trace((0, 100, 2, number))
            self.refuses_run(scenario(), "trace.csv")
        generated = small_scenario()
        generated["workload"]["synthetic"]["classes"][0]["images"] = {"mean": 17}
        self.refuses_run(generated, "images/mean")


class Burst(ProgramTest):
    """A hundred seconds of the burst's mix, ModServe against the monolith (docs/results/modserve.md)."""

    MIX = ["/duration_s=100", '/workload/also/2/rate_curve={"step_s": 600, "values": [1]}']
    MONOLITH = ["/policy=modserve_baseline", "/services/llm/images/encoder=instance", "/services/vit/pools/0/instances/service=0"]

    def ttft(self, name, *sets, of="services/llm"):
        words = [word for value in (*self.MIX, *sets) for word in ("--set", value)]
        summary = self.simulate(f"configs/scenario/{name}.json", "--force", *words).summary
        images = summary["images"]
        self.assertEqual(images["came"], images["encoded"] + images["dropped"] + images["left"])
        kind, key = of.split("/")
        return summary[kind][key]["latency"]["ttft_s"]

    def test_modserve_beats_the_monolith(self):
        for name, instances in (("modserve_burst", 32), ("modserve_internvl", 16)):
            monolith = self.ttft(name, *self.MONOLITH, f"/services/llm/pools/0/instances/service={instances}")
            modserve = self.ttft(name)
            for part in ("mean", "p99"):
                self.assertLess(modserve[part], 0.7 * monolith[part], f"{name} {part}")

    def test_dividing_images_shortens_the_tail(self):
        whole = self.ttft("modserve_burst", "/services/llm/images/split=false", of="classes/picture")
        self.assertLess(self.ttft("modserve_burst", of="classes/picture")["p99"], 0.4 * whole["p99"])

    def test_a_fast_network_is_better_and_more_so_at_low_load(self):
        slow = '/network={"kind": "fixed_rate", "bytes_per_s": 5.25e8}'

        def ratio(load):
            rates = [f"/workload/{key}/rate_per_s={load * rate}"
                     for key, rate in (("synthetic", 20), ("also/0", 11), ("also/1", 11), ("also/2", 16.5))]
            return self.ttft("modserve_burst", *rates, of="classes/picture")["mean"] / self.ttft(
                "modserve_burst", *rates, slow, of="classes/picture")["mean"]
        high, low = ratio(1), ratio(0.4)
        self.assertLess(high, 0.9)
        self.assertLess(low, high)

    def test_images_barely_touch_text(self):
        text = self.ttft("modserve_burst", of="classes/text")["p99"]
        self.assertLess(text, 0.2 * self.ttft("modserve_burst", *self.MONOLITH, "/services/llm/pools/0/instances/service=32", of="classes/text")["p99"])

    def test_instances_by_tokens(self):
        """An image pool that starts too small grows after five minutes."""
        output = self.simulate("configs/scenario/modserve_day.json", "--set", "/duration_s=900", "--set",
                               "/workload/also/1/rate_per_s=16")
        started = [event for event in output.events if event["kind"] == "start"]
        self.assertGreater(len(started), 0)
        workers = output.summary["workers"]
        self.assertGreater(workers["vit/image"]["instances"], 7)
        self.assertEqual(workers["vit/image"]["instances"] + workers["llm/text"]["instances"], 9 + len(started))


class Division(ScriptTest):
    """scripts/modserve.py on a sweep of few points: too few image instances, too few for text, and between."""

    def test_the_largest_load_by_division(self):
        study = json.loads((ROOT / "configs/study/modserve_ratio.json").read_text())
        study["scenario"] = str(ROOT / BURST)
        study["set"]["/duration_s"] = 60
        division = study["axes"]["division"]
        study["axes"] = {name: values[1:9:3] for name, values in study["axes"].items() if name != "division"}
        study["axes"]["division"] = {name: division[name] for name in ("4 + 48", "6 + 40", "12 + 16")}
        folder = self.folder / "ratio"
        self.ok("sweep", self.write("ratio.json", study), "--out", folder)
        limits = ["limits", folder, "--text", 0.0258, "--picture", 0.1562, "--scales"]
        done = self.script("modserve.py", *limits, 20)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()]
        self.assertEqual(rows[0], ["SLO scale", "4 + 48", "6 + 40", "12 + 16", "best"])
        self.assertEqual(rows[2][-1], "6 + 40")
        self.refuses_script("modserve.py", [*limits, 1], "--scales", "above 1")


if __name__ == "__main__":
    unittest.main()

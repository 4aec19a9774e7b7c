"""A model by the config.json that it came with."""

import json
import unittest

from support import ROOT, ProgramTest, small_scenario

CASE = ROOT / "tests/cases/hugging_face_config"


class ModelFiles(ProgramTest):
    def predict(self, model, tensor_parallel, *options):
        return self.ok("predict", "--hardware", "dgx_h100", "--model", model, "--tensor-parallel", tensor_parallel, *options)

    def test_a_dense_one_is_that_of_the_shipped_file(self):
        [row] = json.loads(self.predict(CASE / "config.json", 1).stdout)
        [shipped] = json.loads(self.predict("llama3_1_8b", 1).stdout)
        self.assertEqual(row.pop("model"), "hugging_face_config")
        shipped.pop("model")
        self.assertEqual(row, shipped)

    def test_a_mixture_in_a_scenario(self):
        scenario = small_scenario(hardware="dgx_h100")
        scenario["serving"]["model"] = str(CASE / "mixture_config.json")
        model = self.simulate(scenario).json("resolved.json")["serving"]["model"]
        self.assertEqual(model["parameters"], 46_702_792_704)
        self.assertEqual(model["experts"]["experts_per_token"], 2)

    def test_latent_attention_is_refused_in_one_sentence(self):
        done = self.refuses(["predict", "--hardware", "dgx_h100", "--model", CASE / "latent_attention_config.json"],
                            "latent_attention_config.json: /kv_lora_rank: latent attention is not modelled")
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_what_is_simplified_is_said(self):
        config = json.loads((CASE / "config.json").read_text())
        model = self.write("wrapped.json", {"model_type": "llava", "vision_config": {}, "text_config": config})
        said = "wrapped.json: only the language model is counted"
        self.assertIn(said, self.predict(model, 1).stderr)
        self.refuses(["--strict", "predict", "--hardware", "dgx_h100", "--model", model], said)
        scenario = small_scenario(hardware="dgx_h100")
        scenario["serving"]["model"] = model
        [warning] = self.simulate(scenario).summary["warnings"]
        self.assertEqual(warning["where"], "/serving/model")
        self.assertIn(said, warning["what"])

    def test_a_value_may_stand_over_it(self):
        scenario = small_scenario(hardware="dgx_h100")
        scenario["serving"]["model"] = {"include": str(CASE / "config.json"), "weight_bytes": 1}
        self.assertEqual(self.simulate(scenario).json("resolved.json")["serving"]["model"]["weight_bytes"], 1)


if __name__ == "__main__":
    unittest.main()

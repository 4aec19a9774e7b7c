#include "hugging_face/translation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;

/// A config.json with these sizes and whatever else.
Json config(const char* model_type, std::vector<unsigned> sizes, const char* others = "{}") {
  Json json = {{"model_type", model_type},        {"hidden_act", "silu"},
               {"torch_dtype", "bfloat16"},       {"hidden_size", sizes[0]},
               {"num_hidden_layers", sizes[1]},   {"intermediate_size", sizes[2]},
               {"num_attention_heads", sizes[3]}, {"num_key_value_heads", sizes[4]},
               {"vocab_size", sizes[5]}};
  json.update(Json::parse(others));
  return json;
}

struct Translated {
  Json model;
  std::string problem;
  Warnings warnings;
};

Translated translate(Json json) {
  Translated result;
  result.problem = test::problem_of([&] { translate_hugging_face(json, "x/config.json", "/model", result.warnings); });
  result.model = std::move(json);
  return result;
}

double parameters(const char* model_type, std::vector<unsigned> sizes, const char* others = "{}") {
  const auto result = translate(config(model_type, std::move(sizes), others));
  EXPECT_EQ(result.problem, "");
  EXPECT_TRUE(result.warnings.empty());
  return result.problem.empty() ? result.model["parameters"].get<double>() : 0;
}

TEST(HuggingFace, CountsThePublishedParameters) {
  EXPECT_EQ(parameters("llama", {4096, 32, 14336, 32, 8, 128256}), 8030261248);
  EXPECT_EQ(parameters("llama", {4096, 32, 11008, 32, 32, 32000}), 6738415616);
  EXPECT_EQ(parameters("llama", {64, 2, 128, 4, 2, 100}, R"({"tie_word_embeddings": true})"), 80448);
  EXPECT_EQ(
      parameters("mixtral", {4096, 32, 14336, 32, 8, 32000}, R"({"num_local_experts": 8, "num_experts_per_tok": 2})"),
      46702792704);
  EXPECT_EQ(parameters("qwen2", {3584, 28, 18944, 28, 4, 152064},
                       R"({"use_sliding_window": false, "sliding_window": 131072, "max_window_layers": 28})"),
            7615616512);
  EXPECT_EQ(parameters("qwen3", {4096, 36, 12288, 32, 8, 151936}, R"({"head_dim": 128})"), 8190735360);
  EXPECT_EQ(parameters("qwen3", {1024, 28, 3072, 16, 8, 151936}, R"({"head_dim": 128, "tie_word_embeddings": true})"),
            596049920);
  EXPECT_EQ(parameters("qwen3_moe", {2048, 48, 6144, 32, 4, 151936},
                       R"({"head_dim": 128, "num_experts": 128, "num_experts_per_tok": 8,
                           "moe_intermediate_size": 768, "decoder_sparse_step": 1, "mlp_only_layers": []})"),
            30532122624);
}

TEST(HuggingFace, TranslatesSizes) {
  const auto model = translate(config("qwen3_moe", {2048, 48, 6144, 32, 4, 1000},
                                      R"({"num_experts": 16, "num_experts_per_tok": 2, "moe_intermediate_size": 768,
                                          "n_shared_experts": 2, "decoder_sparse_step": 2, "mlp_only_layers": [1]})"))
                         .model;
  EXPECT_EQ(model["head_dim"], 64);
  EXPECT_EQ(model["experts"]["feed_forward"], 768);
  EXPECT_EQ(model["experts"]["shared_feed_forward"], 1536);
  EXPECT_EQ(model["experts"]["dense_layers"], 25);  // the even ones, and one that is listed
  const auto cast = translate(config("llama", {64, 2, 128, 4, 4, 100}, R"({"torch_dtype": "float32"})"));
  EXPECT_EQ(cast.model["weight_bytes"], 2);
  EXPECT_EQ(cast.model["kv_bytes"], 2);
  ASSERT_EQ(cast.warnings.size(), 1U);
  EXPECT_THAT(cast.warnings[0].what, HasSubstr("float32: they and the cache are taken for 2 bytes"));
}

TEST(HuggingFace, LeavesOurOwnFilesAlone) {
  const Json ours = {{"name", "toy"}, {"layers", 2}};
  EXPECT_EQ(translate(ours).model, ours);
}

/// What a dense model with this key beside its sizes is refused for.
std::string refusal(const char* others, const char* model_type = "llama") {
  return translate(config(model_type, {64, 2, 128, 4, 2, 100}, others)).problem;
}

TEST(HuggingFace, RefusesWhatIsNotModelled) {
  EXPECT_EQ(
      refusal(R"({"kv_lora_rank": 512, "qk_rope_head_dim": 64})"),
      "x/config.json: /kv_lora_rank: latent attention is not modelled: it caches 576 values a token and layer, not "
      "keys and values of each head");
  EXPECT_THAT(refusal(R"({"sliding_window": 4096, "max_position_embeddings": 32768})"), HasSubstr("/sliding_window"));
  EXPECT_EQ(refusal(R"({"sliding_window": 4096, "max_position_embeddings": 4096})"), "");
  EXPECT_EQ(refusal(R"({"sliding_window": null})"), "");
  EXPECT_THAT(refusal(R"({"layer_types": ["full_attention", "linear_attention"]})"), HasSubstr("/layer_types"));
  EXPECT_EQ(refusal(R"({"layer_types": ["full_attention"]})"), "");
  EXPECT_THAT(refusal(R"({"is_encoder_decoder": true})"), HasSubstr("encoder"));
  EXPECT_THAT(refusal(R"({"mamba_d_state": 16})"),
              HasSubstr("/mamba_d_state: what this says of the structure is not known"));
  EXPECT_THAT(refusal(R"({"q_lora_rank": 16})"), HasSubstr("not known"));
  EXPECT_THAT(refusal(R"({"hidden_act": "gelu"})", "gpt_neox"), HasSubstr("/model_type"));
  EXPECT_THAT(refusal(R"({"hidden_size": 65})"), HasSubstr("/head_dim"));
  EXPECT_THAT(refusal(R"({"vocab_size": null})"), HasSubstr("/vocab_size: missing"));
  EXPECT_THAT(refusal(R"({"num_hidden_layers": 2.5})"), HasSubstr("must be a whole number"));
  EXPECT_THAT(refusal(R"({"torch_dtype": "int7"})"), HasSubstr("/torch_dtype"));
}

TEST(HuggingFace, RefusesUnknownStructureByName) {
  for (const char* key :
       {"attn_type_list", "hybrid_override_pattern", "block_configs", "attn_layer_indices", "attention_types",
        "interleaved_sliding_window", "ffn_config", "layers_block_type", "moe_num_experts", "AttnLayers"}) {
    const std::string others = std::string("{\"") + key + "\": [1, 0]}";
    EXPECT_THAT(refusal(others.c_str()), HasSubstr(std::string("/") + key + ": what this says")) << key;
  }
  EXPECT_THAT(refusal(R"({"token_mixing": "hybrid"})"), HasSubstr("/token_mixing"));
  EXPECT_THAT(refusal(R"({"moe_layer_freq": 2})"), HasSubstr("/moe_layer_freq"));
  EXPECT_EQ(refusal(R"({"attn_type_list": [], "block_configs": null, "use_mamba": false, "moe_layer_freq": 1})"), "");
  EXPECT_THAT(refusal(R"({"num_key_value_heads": 3})"), HasSubstr("must divide num_attention_heads (4)"));
}

TEST(HuggingFace, RefusesNoOrdinaryFile) {
  // Keys that the files of Llama 3, Mistral, Qwen 2 and 3, Phi 3, Granite, OLMo, MiniCPM and older tools have.
  EXPECT_EQ(refusal(R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.1,
                        "bos_token_id": 128000, "eos_token_id": [128001, 128008], "initializer_range": 0.02,
                        "max_position_embeddings": 131072, "mlp_bias": false, "pretraining_tp": 1,
                        "rms_norm_eps": 1e-05, "use_cache": true, "rope_theta": 500000.0, "tie_word_embeddings": false,
                        "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "rope_type": "llama3",
                                         "original_max_position_embeddings": 8192},
                        "transformers_version": "4.43.0", "_name_or_path": "someone/hybrid-sparse-llama"})"),
            "");
  EXPECT_EQ(refusal(R"({"use_sliding_window": false, "sliding_window": null, "max_window_layers": 36, "head_dim": 16,
                        "layer_types": ["full_attention"], "_attn_implementation_autoset": true,
                        "attn_implementation": "eager", "layer_norm_eps": 1e-5, "use_qk_norm": false})",
                    "qwen3"),
            "");
  EXPECT_EQ(refusal(R"({"embd_pdrop": 0.0, "resid_pdrop": 0.0, "partial_rotary_factor": 0.75, "num_logits_to_keep": 1,
                        "original_max_position_embeddings": 4096, "attention_multiplier": 0.0078125,
                        "residual_multiplier": 0.22, "embedding_multiplier": 12.0, "logits_scaling": 16.0,
                        "scale_depth": 1.4, "dim_model_base": 256, "clip_qkv": null, "qk_layernorm": false,
                        "router_aux_loss_coef": 0.001, "output_router_logits": false, "norm_topk_prob": true,
                        "auto_map": {"AutoModelForCausalLM": "modeling.Model"}, "is_decoder": true,
                        "chunk_size_feed_forward": 0, "pruned_heads": {}, "output_attentions": false})",
                    "phi3"),
            "");
}

TEST(HuggingFace, TakesTheFamilysWordForTiedEmbeddings) {
  const std::vector<unsigned> sizes = {64, 2, 128, 4, 2, 100};
  EXPECT_EQ(translate(config("cohere", sizes)).model["tied_embedding"], true);
  EXPECT_EQ(translate(config("cohere", sizes, R"({"tie_word_embeddings": false})")).model["tied_embedding"], false);
  EXPECT_EQ(translate(config("phi3", sizes)).model["tied_embedding"], false);
  const auto unknown = translate(config("novel", sizes));
  EXPECT_EQ(unknown.model["tied_embedding"], false);
  ASSERT_EQ(unknown.warnings.size(), 2U);
  EXPECT_THAT(unknown.warnings[1].what, HasSubstr("has no tie_word_embeddings"));
}

TEST(HuggingFace, SaysWhatIsSimplified) {
  const auto nested = translate({{"model_type", "llava"},
                                 {"torch_dtype", "float16"},
                                 {"tie_word_embeddings", true},
                                 {"text_config", config("llama", {64, 2, 128, 4, 2, 100})}});
  EXPECT_EQ(nested.model["parameters"], 80448);
  ASSERT_EQ(nested.warnings.size(), 1U);
  EXPECT_EQ(nested.warnings[0],
            (Warning{"/model", "config.json: only the language model is counted, no vision or audio tower"}));
  EXPECT_EQ(translate(config("granite", {64, 2, 128, 4, 2, 100})).warnings.size(), 1U);
  EXPECT_EQ(translate(config("llama", {64, 2, 128, 4, 2, 100}, R"({"torch_dtype": null})")).warnings.size(), 1U);
}

/// Bytes of a weight under a key that says how it is quantised, or the refusal.
std::string quantised(const char* text, const char* key = "quantization_config") {
  Json json = config("llama", {64, 2, 128, 4, 2, 100});
  json[key] = Json::parse(text);
  const auto result = translate(json);
  if (!result.problem.empty()) return result.problem;
  EXPECT_EQ(result.warnings.size(), 1U);
  return result.model["weight_bytes"].dump() + " " + result.model["kv_bytes"].dump() + " " +
         result.model["precision"].get<std::string>();
}

TEST(HuggingFace, ReadsTheQuantisationsThatAreKnown) {
  EXPECT_EQ(quantised(R"({"quant_method": "fp8", "weight_block_size": [128, 128]})"), "1.0 2.0 fp8_block");
  EXPECT_EQ(quantised(R"({"quant_method": "awq", "bits": 4, "group_size": 128})"), "0.51953125 2.0 bf16");
  EXPECT_EQ(quantised(R"({"quant_method": "gptq", "bits": 4, "group_size": 64})"), "0.5390625 2.0 bf16");
  EXPECT_EQ(quantised(R"({"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_quant_algo": "FP8"})"),
            "1.0 1.0 fp8");
  EXPECT_EQ(quantised(R"({"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups":
                          {"group_0": {"weights": {"num_bits": 4, "group_size": 128}}}})"),
            "0.51953125 2.0 bf16");
  EXPECT_EQ(quantised(R"({"group_size": 64, "bits": 4})", "quantization"), "0.5625 2.0 bf16");
  EXPECT_THAT(quantised(R"({"group_size": 64, "bits": 4, "model.embed_tokens": {"bits": 8}})", "quantization"),
              HasSubstr("not translated"));
  EXPECT_EQ(quantised(R"({"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"})", "quantization"), "1.0 1.0 fp8");
  EXPECT_EQ(quantised(R"({"quant_algo": "W4A16_AWQ", "group_size": 128})", "quantization"), "0.51953125 2.0 bf16");
  EXPECT_THAT(quantised(R"({"quant_algo": "NVFP4"})", "quantization"), HasSubstr("not translated"));
  EXPECT_EQ(quantised(R"({"format": "pack-quantized", "config_groups":
                          {"group_0": {"weights": {"num_bits": 4, "group_size": 128}}}})",
                      "compression_config"),
            "0.51953125 2.0 bf16");
  EXPECT_THAT(
      quantised(R"({"sparsity_config": {"format": "sparse-bitmask"}, "config_groups": {}})", "compression_config"),
      HasSubstr("not translated"));
  EXPECT_THAT(quantised(R"({"quant_method": "bitsandbytes", "load_in_4bit": true})"), HasSubstr("not translated"));
}

}  // namespace
}  // namespace headroom

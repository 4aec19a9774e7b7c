#include "hugging_face/structure.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace headroom {
namespace {

constexpr auto kRead = std::to_array<std::string_view>({"vocab_size",
                                                        "hidden_size",
                                                        "intermediate_size",
                                                        "num_hidden_layers",
                                                        "num_attention_heads",
                                                        "num_key_value_heads",
                                                        "head_dim",
                                                        "attention_bias",
                                                        "mlp_bias",
                                                        "moe_intermediate_size",
                                                        "num_local_experts",
                                                        "num_experts",
                                                        "n_routed_experts",
                                                        "n_shared_experts",
                                                        "num_experts_per_tok",
                                                        "mlp_only_layers",
                                                        "decoder_sparse_step",
                                                        "first_k_dense_replace",
                                                        "layer_types",
                                                        "sliding_window",
                                                        "use_sliding_window",
                                                        "max_window_layers",
                                                        "num_nextn_predict_layers",
                                                        "quantization_config",
                                                        "quantization",
                                                        "compression_config",
                                                        "quant_config"});

/// Looks like structure, and changes neither parameters nor cache.
constexpr auto kHarmless = std::to_array<std::string_view>({"attention_dropout",
                                                            "attn_pdrop",
                                                            "attn_dropout",
                                                            "attention_probs_dropout_prob",
                                                            "attn_implementation",
                                                            "_attn_implementation",
                                                            "_attn_implementation_autoset",
                                                            "_attn_implementation_internal",
                                                            "use_flash_attn",
                                                            "use_flash_attention",
                                                            "output_attentions",
                                                            "attention_multiplier",
                                                            "attention_softcap",
                                                            "attn_logit_softcapping",
                                                            "query_pre_attn_scalar",
                                                            "scale_attn_weights",
                                                            "scale_attn_by_inverse_layer_idx",
                                                            "reorder_and_upcast_attn",
                                                            "layer_norm_eps",
                                                            "layer_norm_epsilon",
                                                            "layer_norm_rms_epsilon",
                                                            "layer_norm_type",
                                                            "n_group",
                                                            "ep_size",
                                                            "n_positions",
                                                            "n_ctx",
                                                            "num_logits_to_keep",
                                                            "rotary_dim",
                                                            "no_rope_layers",
                                                            "no_rope_layer_interval",
                                                            "num_return_sequences",
                                                            "num_beams",
                                                            "num_beam_groups",
                                                            "chunk_size_feed_forward",
                                                            "no_repeat_ngram_size",
                                                            "encoder_no_repeat_ngram_size",
                                                            "type_vocab_size",
                                                            "num_labels"});

/// Says nothing where it is 1, as "every layer".
constexpr auto kHarmlessAtOne = std::to_array<std::string_view>(
    {"moe_layer_freq", "interleave_moe_layer_step", "moe_layer_interval", "compression_ratio", "full_attn_mod"});

/// Names, and what is of another part of the model.
constexpr auto kNames = std::to_array<std::string_view>({"_name_or_path", "name_or_path", "base_model_name_or_path"});
constexpr auto kOtherParts =
    std::to_array<std::string_view>({"vision_", "visual_", "image_", "video_", "audio_", "mm_", "projector_"});

constexpr auto kWordsOfKeys = std::to_array<std::string_view>(
    {"attn",      "attention", "layer",  "block",  "expert", "moe",    "mamba",    "ssm",   "conv",
     "window",    "sliding",   "sparse", "hybrid", "mixer",  "quant",  "compress", "ffn",   "mlp",
     "recurrent", "rwkv",      "lru",    "latent", "lora",   "linear", "cla",      "chunk", "pattern"});
constexpr auto kWordsOfValues =
    std::to_array<std::string_view>({"mamba", "ssm", "hybrid", "sliding", "sparse", "recurrent", "rwkv",
                                     "linear_attention", "local_attention", "mixer"});
constexpr auto kStarts = std::to_array<std::string_view>({"num_", "n_", "load_in_"});
constexpr auto kParts =
    std::to_array<std::string_view>({"_size", "_dim", "_rank", "_heads", "_width", "_num_", "multi_query"});

bool is_one_of(const auto& list, std::string_view key) {
  return std::ranges::find(list, key) != list.end();
}

std::string in_lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Whether a word of a key, after its beginning or a `_`, begins like one of structure.
bool smells_by_key(std::string_view key) {
  for (std::string_view rest = key; !rest.empty();) {
    if (std::ranges::any_of(kWordsOfKeys, [&](std::string_view word) { return rest.starts_with(word); })) return true;
    const std::size_t next = rest.find('_');
    rest.remove_prefix(next == std::string_view::npos ? rest.size() : next + 1);
  }
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return key.starts_with(start); }) ||
         std::ranges::any_of(kParts, [&](std::string_view part) { return key.find(part) != std::string_view::npos; });
}

bool smells_by_value(const Json& value) {
  if (value.is_array()) return std::ranges::any_of(value, smells_by_value);
  if (!value.is_string()) return false;
  const std::string text = in_lower_case(value.get<std::string>());
  return std::ranges::any_of(kWordsOfValues,
                             [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// Whether a value says that there is none of something.
bool says_nothing(const Json& value) {
  return value.is_null() || value == false || value == 0 || value == "" || (value.is_structured() && value.empty());
}

bool is_known(const std::string& key, const Json& value) {
  return is_one_of(kRead, key) || is_one_of(kHarmless, key) || is_one_of(kNames, key) ||
         (is_one_of(kHarmlessAtOne, key) && value == 1) ||
         std::ranges::any_of(kOtherParts, [&](std::string_view part) { return key.starts_with(part); });
}

}  // namespace

void refuse_unknown_structure(const ForeignObject& sizes) {
  for (const auto& [key, value] : sizes.json().items()) {
    if (says_nothing(value) || is_known(key, value)) continue;
    if (smells_by_key(in_lower_case(key)) || smells_by_value(value))
      sizes.refuse(
          key,
          "what this says of the structure is not known, so that parameters and cache cannot be counted: write "
          "a model file (docs/models.md)");
  }
}

}  // namespace headroom

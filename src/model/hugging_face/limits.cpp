#include "model/hugging_face/limits.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace headroom {
namespace {

/// Names that look like sizes and are read, or change neither parameters nor cache.
constexpr auto kKnownSizes = std::to_array<std::string_view>({"vocab_size",
                                                              "hidden_size",
                                                              "intermediate_size",
                                                              "num_hidden_layers",
                                                              "num_attention_heads",
                                                              "num_key_value_heads",
                                                              "head_dim",
                                                              "moe_intermediate_size",
                                                              "num_local_experts",
                                                              "num_experts",
                                                              "n_routed_experts",
                                                              "n_shared_experts",
                                                              "num_experts_per_tok",
                                                              "mlp_only_layers",
                                                              "max_window_layers",
                                                              "num_nextn_predict_layers",
                                                              "n_group",
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

bool looks_like_a_size(std::string_view key) {
  constexpr auto starts = std::to_array<std::string_view>({"num_", "n_", "mamba", "ssm", "linear_"});
  constexpr auto parts = std::to_array<std::string_view>(
      {"_size", "_dim", "_rank", "_heads", "_layers", "_width", "_experts", "_num_", "block_type"});
  return std::ranges::any_of(starts, [&](std::string_view start) { return key.starts_with(start); }) ||
         std::ranges::any_of(parts, [&](std::string_view part) { return key.find(part) != std::string_view::npos; });
}

void refuse_latent_attention(const ForeignObject& sizes) {
  const auto latent = sizes.count("kv_lora_rank");
  if (!latent) return;
  sizes.refuse("kv_lora_rank", "latent attention is not modelled: it caches " +
                                   std::to_string(*latent + sizes.count("qk_rope_head_dim").value_or(0)) +
                                   " values a token and layer, not keys and values of each head");
}

/// Whether a type's files leave windows off unless they say otherwise.
bool slides_by_default(const std::string& model_type) {
  return !model_type.starts_with("qwen2") && !model_type.starts_with("qwen3");
}

/// A window that is not smaller than the longest context changes nothing.
void refuse_windows(const ForeignObject& sizes) {
  const bool slides = sizes.flag("use_sliding_window", slides_by_default(sizes.text("model_type")));
  const auto window = sizes.count("sliding_window");
  const auto context = sizes.count("max_position_embeddings");
  if (window && slides && (!context || *window < *context))
    sizes.refuse("sliding_window", "attention over a sliding window of " + std::to_string(*window) +
                                       " tokens is not modelled: such layers cache no more than their window");
  const Json* types = sizes.find("layer_types");
  if (types == nullptr) return;
  for (const Json& type : *types) {
    if (type == "full_attention" || (type == "sliding_attention" && window && slides)) continue;
    sizes.refuse("layer_types", "layers of the kind " + type.dump() + " are not modelled, only \"full_attention\"");
  }
}

void refuse_unknown_sizes(const ForeignObject& sizes) {
  for (const auto& [key, value] : sizes.json().items()) {
    const bool sizes_something = (value.is_number() && value != 0) || value.is_array();
    if (sizes_something && looks_like_a_size(key) && std::ranges::find(kKnownSizes, key) == kKnownSizes.end())
      sizes.refuse(key,
                   "what this size means is not known, so the parameters cannot be counted: write a model file with "
                   "their number (docs/models.md)");
  }
}

}  // namespace

void refuse_what_is_not_modelled(const ForeignObject& sizes) {
  refuse_latent_attention(sizes);
  refuse_windows(sizes);
  if (sizes.flag("is_encoder_decoder", false))
    sizes.refuse("is_encoder_decoder", "models with an encoder are not modelled, only decoders");
  for (const char* key : {"moe_layer_freq", "interleave_moe_layer_step"})
    if (const Json* step = sizes.find(key); step != nullptr && *step != 1)
      sizes.refuse(key, "experts in some layers only are known by mlp_only_layers and first_k_dense_replace alone");
  refuse_unknown_sizes(sizes);
}

}  // namespace headroom

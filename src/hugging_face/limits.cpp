#include "hugging_face/limits.hpp"

#include "hugging_face/structure.hpp"

namespace headroom {
namespace {

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

}  // namespace

void refuse_what_is_not_modelled(const ForeignObject& sizes) {
  refuse_latent_attention(sizes);
  refuse_windows(sizes);
  if (sizes.flag("is_encoder_decoder", false))
    sizes.refuse("is_encoder_decoder", "models with an encoder are not modelled, only decoders");
  refuse_unknown_structure(sizes);
}

}  // namespace headroom

#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "headroom/fields.hpp"
#include "model/performance/precision.hpp"

namespace headroom {

/// Feed-forward networks of which each token passes a few (Shazeer et al. 2017).
struct MixtureOfExperts {
  std::uint32_t experts = 0;              ///< in each layer; 0: the model is dense
  std::uint32_t experts_per_token = 0;    ///< of them, at most `experts`
  std::uint32_t feed_forward = 0;         ///< inner width of one expert
  std::uint32_t shared_feed_forward = 0;  ///< inner width of what every token passes beside its experts
  std::uint32_t dense_layers = 0;         ///< layers without experts, of the model's `feed_forward`
  double weight_bytes_each = 0;           ///< bytes of one parameter of an expert; 0: as in the other layers

  bool operator==(const MixtureOfExperts&) const = default;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// A decoder-only transformer, dense or with a mixture of experts: what its weights weigh, what a token computes, what
/// it leaves in the KV cache.
struct Architecture {
  std::string name;
  std::uint32_t layers = 0;
  std::uint32_t hidden = 0;
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0;        ///< equals `heads` without grouped queries
  std::uint32_t head_dim = 0;        ///< width of one attention head
  std::uint32_t feed_forward = 0;    ///< inner width; with experts, that of the dense layers
  std::uint32_t sliding_window = 0;  ///< tokens to which attention looks back in `sliding_layers`
  std::uint32_t sliding_layers = 0;
  MixtureOfExperts experts;
  bool gated = true;            ///< three feed-forward matrices (SwiGLU) instead of two
  bool tied_embedding = false;  ///< the output projection shares the input embedding
  std::uint32_t vocabulary = 0;
  double parameters = 0;  ///< total, as published
  Precision precision = Precision::bf16;
  double weight_bytes_each = 2;     ///< bytes of one parameter of a layer: 2 for FP16 and BF16, 1 for FP8
  double embedding_bytes_each = 2;  ///< bytes of one parameter of embedding and output projection, norms and biases
  double kv_bytes_each = 2;         ///< bytes of one element of the KV cache

  bool operator==(const Architecture&) const = default;
  void fields(Fields& f);
  /// A typing error in one of the dimensions shows in the parameters that they give.
  void check(const Scope& scope) const;

  /// Of all parameters in memory.
  [[nodiscard]] double weight_bytes() const;
  /// Parameters that every token multiplies, whichever experts it passes: no embedding, no output projection.
  [[nodiscard]] double common_layer_parameters() const;
  /// Parameters of all experts of all layers.
  [[nodiscard]] double expert_parameters() const;
  /// Share of the experts that one token passes; 0 in a dense model.
  [[nodiscard]] double active_experts_fraction() const;
  /// Parameters that one token multiplies: attention and feed-forward matrices, its experts.
  [[nodiscard]] double layer_parameters() const {
    return common_layer_parameters() + active_experts_fraction() * expert_parameters();
  }
  /// Parameters counted from the dimensions, without norms and biases; close to `parameters` where both are right.
  [[nodiscard]] double counted_parameters() const;
  /// Two per layer parameter: one multiplication, one addition (Kaplan et al. 2020, table 1).
  [[nodiscard]] double flops_per_token() const { return 2.0 * layer_parameters(); }
  /// Of the output projection, which a step computes once for each sequence, not for each prompt token.
  [[nodiscard]] double flops_per_sampled_token() const { return 2.0 * hidden * vocabulary; }
  /// Q times K and weights times V over all layers: 2 x 2 x heads x head_dim x layers.
  [[nodiscard]] double attention_flops_per_pair() const { return 4.0 * heads * head_dim * layers; }
  /// What every step reads of the weights: all but the experts, and but the input embedding, of which it looks up
  /// single rows.
  [[nodiscard]] double common_weight_bytes() const {
    return common_layer_parameters() * weight_bytes_each +
           static_cast<double>(hidden) * vocabulary * embedding_bytes_each;
  }
  [[nodiscard]] double expert_weight_bytes() const {
    return expert_parameters() * (experts.weight_bytes_each > 0 ? experts.weight_bytes_each : weight_bytes_each);
  }
  [[nodiscard]] double expert_layers() const {
    return experts.experts > 0 ? static_cast<double>(layers) - experts.dense_layers : 0.0;
  }
  [[nodiscard]] double kv_bytes_per_token() const { return 2.0 * kv_heads * head_dim * layers * kv_bytes_each; }
  /// What one of `gpus` holds of it: GPUs beyond the KV heads hold copies.
  [[nodiscard]] double kv_bytes_per_token_on_each(std::uint32_t gpus) const {
    return kv_bytes_per_token() / std::min(gpus, kv_heads);
  }
  [[nodiscard]] double sliding_share() const { return static_cast<double>(sliding_layers) / layers; }
  /// What an all-reduce sums up of a token, at two bytes per activation: two in each layer under tensor parallelism.
  [[nodiscard]] double activation_bytes() const { return 2.0 * hidden; }
};

}  // namespace headroom

#include "model/performance/architecture.hpp"

#include <cmath>

#include "base/text.hpp"

namespace headroom {

void MixtureOfExperts::fields(Fields& f) {
  f("experts", experts, "experts in a layer; 0: the model is dense", Range::between(0, 1e6));
  f("experts_per_token", experts_per_token, "experts that a token passes", Range::between(0, 1e6));
  f("feed_forward", feed_forward, "inner width of one expert", Range::between(0, 1e7));
  f("shared_feed_forward", shared_feed_forward, "inner width of what every token passes beside its experts",
    Range::between(0, 1e7));
  f("dense_layers", dense_layers, "layers without experts", Range::between(0, 1e5));
  f("weight_bytes", weight_bytes_each, "size of one parameter of an expert; 0: as in the other layers",
    Range::zero_or_between(0.1, 8.0));
}

void MixtureOfExperts::check(const Scope& scope) const {
  if (experts == 0) return;
  if (experts_per_token == 0 || experts_per_token > experts)
    scope.at("experts_per_token").problem("must be from 1 to the number of experts");
  if (feed_forward == 0) scope.at("feed_forward").problem("must be above 0");
}

void Architecture::fields(Fields& f) {
  f.required("name", name, "name of the model");
  f.required("layers", layers, "transformer blocks", Range::between(1, 1e5));
  f.required("hidden", hidden, "width of the residual stream", Range::dimension());
  f.required("heads", heads, "query heads", Range::dimension());
  f.required("kv_heads", kv_heads, "key and value heads", Range::dimension());
  f.required("head_dim", head_dim, "width of one head", Range::dimension());
  f.required("feed_forward", feed_forward, "inner width of the feed-forward network; with experts, of dense layers",
             Range::dimension());
  f("sliding_window_tokens", sliding_window, "tokens to which attention looks back in sliding_layers",
    Range::between(0, 1e9));
  f("sliding_layers", sliding_layers, "layers whose attention sees a window only; memory is kept for all tokens",
    Range::between(0, 1e5));
  f("experts", experts, "mixture of experts");
  f("gated", gated, "three feed-forward matrices instead of two");
  f("tied_embedding", tied_embedding, "output projection and input embedding share their weights");
  f.required("vocabulary", vocabulary, "rows of the embedding", Range::between(1, 1e8));
  f.required("parameters", parameters, "parameters in total, as published", Range::between(1, 1e17));
  f("precision", precision,
    "kernels of the matrix products: 16 bits, FP8 scaled by tensor or by block, experts in MXFP4 beside 16 bits");
  f("weight_bytes", weight_bytes_each, "size of one parameter of a layer: 2 FP16, 1 FP8, below 1 four bits",
    Range::between(0.1, 8.0));
  f("embedding_bytes", embedding_bytes_each, "size of one parameter outside the layers, which mostly stay at 16 bits",
    Range::between(0.1, 8.0));
  f("kv_bytes", kv_bytes_each, "size of one element of the KV cache", Range::between(0.1, 8.0));
}

void Architecture::check(const Scope& scope) const {
  if (experts.experts > 0 && experts.dense_layers >= layers)
    scope.at("experts").at("dense_layers").problem("must be below the number of layers");
  if (sliding_layers > layers) scope.at("sliding_layers").problem("must not be above the number of layers");
  if (sliding_layers > 0 && sliding_window == 0)
    scope.at("sliding_window_tokens").problem("must be above 0 where layers have a window");
  if (!scope.sound()) return;
  const double counted = counted_parameters();
  if (std::abs(parameters - counted) > 0.05 * counted)
    scope.at("parameters")
        .problem("differs by more than 5 % from the " + shortest(counted) + " that the dimensions of the model give");
}

double Architecture::weight_bytes() const {
  return parameters * embedding_bytes_each + common_layer_parameters() * (weight_bytes_each - embedding_bytes_each) +
         expert_weight_bytes() - expert_parameters() * embedding_bytes_each;
}

double Architecture::common_layer_parameters() const {
  const double query_width = static_cast<double>(heads) * head_dim;
  const double kv_width = static_cast<double>(kv_heads) * head_dim;
  const double attention = 2.0 * hidden * (query_width + kv_width);
  const double matrices = (gated ? 3.0 : 2.0) * hidden;
  const double router = static_cast<double>(hidden) * experts.experts;
  return layers * attention + (layers - expert_layers()) * matrices * feed_forward +
         expert_layers() * (matrices * experts.shared_feed_forward + router);
}

double Architecture::expert_parameters() const {
  return expert_layers() * experts.experts * (gated ? 3.0 : 2.0) * hidden * experts.feed_forward;
}

double Architecture::active_experts_fraction() const {
  return experts.experts == 0 ? 0.0 : static_cast<double>(experts.experts_per_token) / experts.experts;
}

double Architecture::counted_parameters() const {
  return common_layer_parameters() + expert_parameters() +
         (tied_embedding ? 1.0 : 2.0) * hidden * static_cast<double>(vocabulary);
}

}  // namespace headroom

#include "model/performance/architecture.hpp"

namespace headroom {

void Architecture::fields(Fields& f) {
  f.required("name", name, "name of the model");
  f.required("layers", layers, "transformer blocks", Range::positive());
  f.required("hidden", hidden, "width of the residual stream", Range::positive());
  f.required("heads", heads, "query heads", Range::positive());
  f.required("kv_heads", kv_heads, "key and value heads", Range::positive());
  f.required("head_dim", head_dim, "width of one head", Range::positive());
  f.required("feed_forward", feed_forward, "inner width of the feed-forward network", Range::positive());
  f("gated", gated, "three feed-forward matrices instead of two");
  f("tied_embedding", tied_embedding, "output projection and input embedding share their weights");
  f.required("vocabulary", vocabulary, "rows of the embedding", Range::positive());
  f.required("parameters", parameters, "parameters in total, as published", Range::positive());
  f("weight_bytes", weight_bytes_each, "size of one parameter", Range::positive());
  f("kv_bytes", kv_bytes_each, "size of one element of the KV cache", Range::positive());
}

double Architecture::layer_parameters() const {
  const double query_width = static_cast<double>(heads) * head_dim;
  const double kv_width = static_cast<double>(kv_heads) * head_dim;
  const double attention = 2.0 * hidden * (query_width + kv_width);
  const double feed_forward_matrices = (gated ? 3.0 : 2.0) * hidden * feed_forward;
  return layers * (attention + feed_forward_matrices);
}

double Architecture::counted_parameters() const {
  return layer_parameters() + (tied_embedding ? 1.0 : 2.0) * hidden * static_cast<double>(vocabulary);
}

}  // namespace headroom

#include "hugging_face/translation.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "hugging_face/foreign_object.hpp"
#include "hugging_face/limits.hpp"
#include "hugging_face/weights.hpp"
#include "model/performance/architecture.hpp"

namespace headroom {
namespace {

constexpr const char* kTies = "tie_word_embeddings";

/// A model type whose parameters are counted exactly, and what no key of its files says.
struct Family {
  std::string_view model_type;
  bool has_projection_biases = false;  ///< of queries, keys and values
  bool normalises_heads = false;       ///< a norm of queries and one of keys
};
constexpr std::array kFamilies = {Family{"llama"},
                                  Family{"mistral"},
                                  Family{"mixtral"},
                                  Family{"qwen2", true},
                                  Family{"qwen3", false, true},
                                  Family{"qwen3_moe", false, true}};

/// Types whose files leave out whether the output projection is the embedding: by the defaults of their classes it is,
/// or is not.
constexpr auto kTied = std::to_array<std::string_view>(
    {"cohere", "cohere2", "gemma", "gemma2", "gemma3_text", "starcoder2", "minicpm", "falcon", "opt", "gpt_bigcode"});
constexpr auto kUntied =
    std::to_array<std::string_view>({"phi3", "phimoe", "granite", "granitemoe", "olmo", "olmo2", "olmoe", "stablelm",
                                     "internlm2", "internlm3", "glm", "glm4"});

const Family* family_of(const std::string& model_type) {
  const auto found = std::ranges::find(kFamilies, model_type, &Family::model_type);
  return found == kFamilies.end() ? nullptr : &*found;
}

bool is_hugging_face(const Json& content) {
  return std::ranges::any_of(std::array{"model_type", "architectures", "hidden_size", "text_config", "llm_config"},
                             [&](const char* key) { return content.contains(key); });
}

/// What the model is called: as it was published, else as its file is, or the folder of a `config.json`.
std::string name_of(const ForeignObject& config, const std::string& file) {
  const std::filesystem::path published = config.text("_name_or_path");
  if (published.has_filename()) return published.filename().string();
  const auto path = std::filesystem::absolute(file).lexically_normal();
  return path.stem() == "config" ? path.parent_path().filename().string() : path.stem().string();
}

std::uint32_t head_width(const ForeignObject& sizes, const Architecture& model) {
  if (sizes.find("head_dim") != nullptr) return sizes.required_count("head_dim");
  if (model.hidden % model.heads != 0)
    sizes.refuse("head_dim", "missing: num_attention_heads does not divide hidden_size");
  return model.hidden / model.heads;
}

/// Layers without experts: the first few, those listed, and those between where only every n-th has some.
std::uint32_t dense_layers(const ForeignObject& sizes, std::uint32_t layers) {
  const std::uint32_t first = sizes.count("first_k_dense_replace").value_or(0);
  const std::uint32_t step = std::max(sizes.count("decoder_sparse_step").value_or(1), 1U);
  const Json* listed = sizes.find("mlp_only_layers");
  std::uint32_t dense = 0;
  for (std::uint32_t i = 0; i < layers; ++i) {
    const bool is_listed = listed != nullptr && std::ranges::find(*listed, Json(i)) != listed->end();
    if (i < first || is_listed || (i + 1) % step != 0) ++dense;
  }
  return dense;
}

MixtureOfExperts experts_of(const ForeignObject& sizes, const Architecture& model) {
  MixtureOfExperts mixture;
  for (const char* key : {"num_local_experts", "num_experts", "n_routed_experts"})
    if (const auto experts = sizes.count(key)) mixture.experts = *experts;
  if (mixture.experts == 0) return {};
  mixture.experts_per_token = sizes.required_count("num_experts_per_tok");
  mixture.feed_forward = sizes.count("moe_intermediate_size").value_or(model.feed_forward);
  mixture.shared_feed_forward = sizes.count("n_shared_experts").value_or(0) * mixture.feed_forward;
  mixture.dense_layers = dense_layers(sizes, model.layers);
  return mixture;
}

/// Parameters of norms and biases, which no matrix has.
double vector_parameters(const ForeignObject& sizes, const Architecture& model, const Family* family) {
  const double hidden = model.hidden;
  const double projections = (model.heads + 2.0 * model.kv_heads) * model.head_dim;
  double layer = 2 * hidden;
  if (sizes.flag("attention_bias", false)) layer += projections + hidden;
  else if (family != nullptr && family->has_projection_biases) layer += projections;
  if (family != nullptr && family->normalises_heads) layer += 2.0 * model.head_dim;
  if (sizes.flag("mlp_bias", false)) layer += 2.0 * model.feed_forward + hidden;
  return model.layers * layer + hidden;
}

Architecture architecture_of(const ForeignObject& sizes, const ForeignObject& outer, const Family* family) {
  Architecture model;
  model.layers = sizes.required_count("num_hidden_layers");
  model.hidden = sizes.required_count("hidden_size");
  model.heads = sizes.required_count("num_attention_heads");
  model.kv_heads = sizes.count("num_key_value_heads").value_or(model.heads);
  if (model.kv_heads == 0 || model.heads % model.kv_heads != 0)
    sizes.refuse("num_key_value_heads", "must divide num_attention_heads (" + std::to_string(model.heads) + ")");
  model.head_dim = head_width(sizes, model);
  model.feed_forward = sizes.required_count("intermediate_size");
  model.vocabulary = sizes.required_count("vocab_size");
  model.tied_embedding =
      sizes.flag(kTies, outer.flag(kTies, std::ranges::find(kTied, sizes.text("model_type")) != kTied.end()));
  model.experts = experts_of(sizes, model);
  model.parameters = model.counted_parameters() + vector_parameters(sizes, model, family);
  return model;
}

Json model_file(const Architecture& model) {
  Json json = {{"name", model.name},
               {"layers", model.layers},
               {"hidden", model.hidden},
               {"heads", model.heads},
               {"kv_heads", model.kv_heads},
               {"head_dim", model.head_dim},
               {"feed_forward", model.feed_forward},
               {"tied_embedding", model.tied_embedding},
               {"vocabulary", model.vocabulary},
               {"parameters", static_cast<std::uint64_t>(model.parameters)},
               {"precision", word_of(model.precision)},
               {"weight_bytes", model.weight_bytes_each},
               {"kv_bytes", model.kv_bytes_each}};
  const MixtureOfExperts& mixture = model.experts;
  if (mixture.experts > 0)
    json["experts"] = {{"experts", mixture.experts},
                       {"experts_per_token", mixture.experts_per_token},
                       {"feed_forward", mixture.feed_forward},
                       {"shared_feed_forward", mixture.shared_feed_forward},
                       {"dense_layers", mixture.dense_layers}};
  return json;
}

/// What the object around the sizes, and the sizes, say that is left out.
std::vector<std::string> omissions(const ForeignObject& sizes, const ForeignObject& outer, const Family* family) {
  std::vector<std::string> said;
  if (&sizes.json() != &outer.json() || sizes.find("vision_config") != nullptr)
    said.emplace_back("only the language model is counted, no vision or audio tower");
  if (sizes.count("num_nextn_predict_layers").value_or(0) > 0)
    said.emplace_back("layers that predict further tokens (num_nextn_predict_layers) are not counted");
  if (family == nullptr)
    said.emplace_back("the model type \"" + sizes.text("model_type") +
                      "\" is read by its sizes: norms and biases of its own are not counted");
  const auto type = sizes.text("model_type");
  const bool is_said = sizes.find(kTies) != nullptr || outer.find(kTies) != nullptr;
  const bool is_known = family != nullptr || std::ranges::find(kTied, type) != kTied.end() ||
                        std::ranges::find(kUntied, type) != kUntied.end();
  if (!is_said && !is_known)
    said.emplace_back("has no tie_word_embeddings: embedding and output projection are counted apart");
  return said;
}

}  // namespace

void translate_hugging_face(Json& content, const std::string& file, const std::string& pointer, Warnings& warnings) {
  if (!content.is_object() || !is_hugging_face(content)) return;
  const ForeignObject outer(content, file, "");
  const auto text = outer.object("text_config");
  const auto nested = text ? text : outer.object("llm_config");
  const ForeignObject& sizes = nested ? *nested : outer;
  const Family* family = family_of(sizes.text("model_type"));
  refuse_what_is_not_modelled(sizes);
  if (family == nullptr && sizes.text("hidden_act") != "silu")
    sizes.refuse("model_type",
                 "the feed-forward networks of this type are not known: write a model file "
                 "(docs/models.md)");
  Architecture model = architecture_of(sizes, outer, family);
  model.name = name_of(outer, file);
  const WeightFormat format = weight_format(sizes, outer);
  model.precision = format.precision;
  model.weight_bytes_each = format.weight_bytes;
  model.kv_bytes_each = format.kv_bytes;
  auto said = omissions(sizes, outer, family);
  if (!format.simplification.empty()) said.push_back(format.simplification);
  const std::string name = std::filesystem::path(file).filename().string();
  for (const std::string& what : said) warnings.push_back({pointer, name + ": " + what});
  content = model_file(model);
}

}  // namespace headroom

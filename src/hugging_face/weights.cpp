#include "hugging_face/weights.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace headroom {
namespace {

constexpr const char* kQuantised =
    "quantised weights of this kind are not translated: write a model file with weight_bytes (docs/models.md)";

/// Where files say how weights are quantised, the first that is there counts.
constexpr auto kQuantisations = {"quantization_config", "quantization", "compression_config", "quant_config"};

/// Bytes of a value of the type, by its name in PyTorch; none for an empty name.
std::optional<double> bytes_of_type(const ForeignObject& object, const char* key) {
  const std::string type = object.text(key);
  if (type.empty()) return std::nullopt;
  if (type == "bfloat16" || type == "float16" || type == "half") return 2;
  if (type == "float32" || type == "float") return 4;
  if (type.starts_with("float8")) return 1;
  object.refuse(key, "\"" + type + "\" is not one of bfloat16, float16, float32, float8_*");
}

std::optional<double> type_bytes(const ForeignObject& object) {
  const auto bytes = bytes_of_type(object, "dtype");
  return bytes ? bytes : bytes_of_type(object, "torch_dtype");
}

/// Weights alone of so many bits, with a scale of 16 bits and a zero point for each group along a row.
double grouped_bytes(const ForeignObject& scheme, double bits, std::uint32_t hidden) {
  const Json* group = scheme.find("group_size");
  const bool whole_row = group == nullptr || *group == -1;
  const double size = whole_row ? hidden : scheme.required_count("group_size");
  return (bits + (16 + bits) / size) / 8;
}

double grouped_bytes(const ForeignObject& scheme, const char* bits_key, std::uint32_t hidden) {
  return grouped_bytes(scheme, static_cast<double>(scheme.required_count(bits_key)), hidden);
}

/// The weights of compressed-tensors, where all groups of layers have one scheme.
double compressed_bytes(const ForeignObject& config, std::uint32_t hidden) {
  const auto sparsity = config.object("sparsity_config");
  if (sparsity && !sparsity->json().empty() && sparsity->text("format") != "dense")
    config.refuse("sparsity_config", kQuantised);
  const std::string format = config.text("format");
  if (format == "float-quantized") return 1;
  const auto groups = config.object("config_groups");
  if (format != "pack-quantized" || !groups || groups->json().size() != 1) config.refuse("format", kQuantised);
  const auto group = groups->object(groups->json().begin().key());
  const auto weights = group ? group->object("weights") : std::nullopt;
  if (!weights) config.refuse("config_groups", kQuantised);
  return grouped_bytes(*weights, "num_bits", hidden);
}

/// The weights of MLX, of one kind throughout: groups with a scale and an offset of 16 bits each.
double mlx_bytes(const ForeignObject& config) {
  const std::string mode = config.text("mode");
  if (!mode.empty() && mode != "affine") config.refuse("mode", kQuantised);
  for (const auto& [layer, own] : config.json().items())
    if (own.is_object() || own.is_boolean()) config.refuse(layer, kQuantised);
  return (config.required_count("bits") + 32.0 / config.required_count("group_size")) / 8;
}

/// Weights of which no method says how they are quantised, but an algorithm, as in TensorRT-LLM.
double bytes_by_algorithm(const ForeignObject& config, std::uint32_t hidden) {
  const std::string algorithm = config.text("quant_algo");
  if (algorithm == "FP8") return 1;
  const bool is_of_weights = algorithm.starts_with("W4A16") || algorithm.starts_with("W8A16");
  if (!is_of_weights) config.refuse("quant_algo", kQuantised);
  return grouped_bytes(config, algorithm[1] == '4' ? 4.0 : 8.0, hidden);
}

double quantised_bytes(const ForeignObject& config, std::uint32_t hidden) {
  const std::string method = config.text("quant_method");
  if (method.empty() && config.find("quant_algo") != nullptr) return bytes_by_algorithm(config, hidden);
  if (method.empty() && config.find("config_groups") != nullptr) return compressed_bytes(config, hidden);
  if (method.empty() && config.find("bits") != nullptr) return mlx_bytes(config);
  if (method == "fp8") return 1;
  if (method == "gptq" || method == "awq")
    return grouped_bytes(config, config.find("w_bit") != nullptr ? "w_bit" : "bits", hidden);
  if (method == "compressed-tensors") return compressed_bytes(config, hidden);
  if (method == "modelopt" && config.text("quant_algo") == "FP8") return 1;
  config.refuse("quant_method", kQuantised);
}

std::optional<ForeignObject> quantisation_of(const ForeignObject& sizes, const ForeignObject& outer) {
  for (const ForeignObject* object : {&sizes, &outer})
    for (const char* key : kQuantisations)
      if (auto found = object->object(key); found && !found->json().empty()) return found;
  return std::nullopt;
}

/// Weights of one byte without a scale for each group are FP8; others are widened before they are multiplied.
Precision precision_of(const ForeignObject& config, double weight_bytes) {
  if (weight_bytes != 1) return Precision::bf16;
  return config.find("weight_block_size") != nullptr ? Precision::fp8_block : Precision::fp8;
}

/// What its file calls the way in which weights are quantised.
std::string name_of_method(const ForeignObject& config) {
  for (const char* key : {"quant_method", "quant_algo", "format"})
    if (std::string name = config.text(key); !name.empty()) return name;
  return config.find("bits") != nullptr ? config.find("bits")->dump() + " bits" : "unnamed";
}

bool has_8_bit_cache(const ForeignObject& config) {
  if (config.text("kv_cache_quant_algo") == "FP8") return true;
  const auto scheme = config.object("kv_cache_scheme");
  return scheme && scheme->count("num_bits") == 8;
}

}  // namespace

WeightFormat weight_format(const ForeignObject& sizes, const ForeignObject& outer) {
  WeightFormat format;
  const auto own = type_bytes(sizes);
  const auto bytes = own ? own : type_bytes(outer);
  if (bytes) format.weight_bytes = std::min(*bytes, 2.0);
  else format.simplification = "has no dtype: a weight is taken for 2 bytes";
  if (bytes == 4)
    format.simplification =
        "its weights are stored as float32: they and the cache are taken for 2 bytes, to which serving stacks cast "
        "them";
  const auto config = quantisation_of(sizes, outer);
  if (!config) return format;
  format.weight_bytes = quantised_bytes(*config, sizes.required_count("hidden_size"));
  format.precision = precision_of(*config, format.weight_bytes);
  if (has_8_bit_cache(*config)) format.kv_bytes = 1;
  format.simplification = "its weights are quantised (" + name_of_method(*config) + "): all are taken for " +
                          shortest(format.weight_bytes) +
                          " bytes in the layers, also what stays at 16 bits there, and for 2 outside of them";
  return format;
}

}  // namespace headroom

#include "trace/divided_trace.hpp"

#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "trace/length_counts.hpp"

namespace headroom {
namespace {

std::vector<std::uint32_t> thresholds_of(const std::optional<LengthPartsConfig>& side, const LengthCounts& lengths) {
  if (!side) return {};
  if (!side->parts) return side->thresholds;
  std::vector<std::uint32_t> thresholds;
  const std::uint64_t parts = *side->parts;
  for (std::uint64_t part = 1; part < parts; ++part)
    thresholds.push_back(lengths.length_of((part * lengths.count() + parts - 1) / parts));
  return thresholds;
}

bool has_quantiles(const LengthTypesConfig& types) {
  return (types.input && types.input->parts) || (types.output && types.output->parts);
}

/// Of a trace that says none itself.
LengthTypes find_types(const TraceConfig& config, const std::string& where, std::uint64_t seed) {
  LengthCounts inputs;
  LengthCounts outputs;
  TraceRow row;
  if (has_quantiles(*config.types)) {
    const auto reader = open_trace(config, where, seed);
    while (reader->next(row)) {
      inputs.add(row.input_tokens);
      outputs.add(row.output_tokens);
    }
  }
  LengthTypes types(thresholds_of(config.types->input, inputs), thresholds_of(config.types->output, outputs));
  const auto reader = open_trace(config, where, seed);
  std::vector<bool> occurs(types.names().size());
  while (reader->next(row)) occurs[types.index_of(row.input_tokens, row.output_tokens)] = true;
  types.keep(occurs);
  return types;
}

}  // namespace

std::unique_ptr<TraceReader> open_divided_trace(const TraceConfig& config, const std::string& where, std::uint64_t seed,
                                                PromptBlocks blocks) {
  auto reader = open_trace(config, where, seed, blocks);
  if (!config.types) return reader;
  if (reader->typed())
    throw InputError(where + "/types",
                     "the trace says the type of each request in a column of its own, so types by "
                     "length cannot be given");
  reader->divide(find_types(config, where, seed));
  return reader;
}

}  // namespace headroom

#include "workload/length_pairs.hpp"

#include <utility>

#include "trace/divided_trace.hpp"

namespace headroom {

void LengthPairsConfig::fields(Fields& fields) {
  fields.required("path", path, "a trace: a file, plain, gzip or zstd, or a folder of such files");
  fields("types", types, "types of request by their lengths, for a trace without a column of classes");
  fields("high_priority_share", high_priority_share, "share of the requests with high priority", Range::fraction());
}

void LengthPairsConfig::check(const Scope& scope) const {
  if (path.empty()) scope.at("path").problem("must not be empty");
}

double TypePairs::mean_input_tokens() const {
  std::uint64_t tokens = 0;
  for (const LengthPair& pair : pairs) tokens += pair.input_tokens;
  return static_cast<double>(tokens) / static_cast<double>(pairs.size());
}

std::vector<TypePairs> read_pairs(const LengthPairsConfig& config, const std::string& where, Warnings& warnings) {
  TraceConfig trace;
  trace.path = config.path;
  trace.types = config.types;
  const auto reader = open_divided_trace(trace, where);
  std::vector<TypePairs> types;
  for (TraceRow row; reader->next(row);) {
    if (row.type >= types.size()) types.resize(row.type + std::size_t{1});
    types[row.type].pairs.push_back({row.input_tokens, row.output_tokens});
  }
  const auto names = reader->types();
  for (std::size_t i = 0; i < types.size(); ++i) types[i].name = names[i];
  for (const Warning& warning : warnings_of(reader->facts())) warnings.push_back({where, warning.what});
  return types;
}

}  // namespace headroom

#include "workload/make_source.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "trace/divided_trace.hpp"
#include "workload/merged_sources.hpp"
#include "workload/superposition.hpp"
#include "workload/synthetic.hpp"

namespace headroom {
namespace {

/// Names of the types of a trace, those of its class column in order of appearance.
std::vector<std::string> types_of(const TraceReader& opened, const TraceConfig& config, const std::string& where,
                                  std::uint64_t seed) {
  if (!opened.typed()) return opened.types();
  const auto reader = open_trace(config, where, seed);
  for (TraceRow row; reader->next(row);) {
  }
  return reader->types();
}

void check_classes(const TraceConfig& config, const std::vector<std::string>& types, const std::string& where) {
  std::vector<Problem> problems;
  const Scope scope = Scope(problems, where).at("classes");
  for (const auto& [name, unused] : config.classes) {
    if (std::find(types.begin(), types.end(), name) != types.end()) continue;
    scope.at(name).problem("the trace has no class \"" + name + '"' + did_you_mean(name, types));
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

std::unique_ptr<RequestSource> trace_source(const TraceConfig& config, ClassTable& table, std::uint64_t seed,
                                            const std::string& where, PromptBlocks blocks) {
  auto reader = open_divided_trace(config, where, seed, blocks);
  const auto types = types_of(*reader, config, where, seed);
  check_classes(config, types, where);
  std::vector<TypeClasses> classes;
  for (const auto& type : types) {
    const auto found = config.classes.find(type);
    const double share = found != config.classes.end() ? found->second.high_priority_share : config.high_priority_share;
    classes.emplace_back(table, type, share);
  }
  const Scaling scaling{config.copies, config.shift, config.time_stretch, config.copies_start};
  return std::make_unique<Superposition>(std::move(reader), scaling, std::move(classes), seed);
}

/// A workload without requests.
class NoRequests : public RequestSource {
 public:
  bool next(Request&) override { return false; }
};

}  // namespace

std::unique_ptr<RequestSource> make_source(const WorkloadConfig& config, ClassTable& table, std::uint64_t seed,
                                           const std::string& where, std::optional<Seconds> until,
                                           PromptBlocks blocks) {
  if (config.trace) return trace_source(*config.trace, table, seed, where + "/trace", blocks);
  if (!config.synthetic) return std::make_unique<NoRequests>();
  auto first = std::make_unique<Synthetic>(*config.synthetic, table, seed, where + "/synthetic", until, blocks);
  if (config.also.empty()) return first;
  std::vector<std::unique_ptr<RequestSource>> sources;
  sources.push_back(std::move(first));
  for (std::size_t i = 0; i < config.also.size(); ++i)
    sources.push_back(std::make_unique<Synthetic>(config.also[i], table, hash(hash(seed, "also"), i),
                                                  where + "/also/" + std::to_string(i), until, blocks));
  return std::make_unique<MergedSources>(std::move(sources));
}

}  // namespace headroom

#include "report/consequences.hpp"

#include <filesystem>
#include <string>

#include "compare/comparison.hpp"
#include "compare/topic.hpp"
#include "report/lookup.hpp"

namespace headroom {
namespace {

Json move_of(const Move& move) {
  Json json = {{"pointer", move.pointer}};
  if (move.base) json["base"] = *move.base;
  if (move.now) json["now"] = *move.now;
  if (move.relative_fraction) json["relative_fraction"] = *move.relative_fraction;
  return json;
}

}  // namespace

Json consequences_of(const RunOutput& base, const RunOutput& run) {
  const auto table = [](const RunOutput& output) {
    return read_result((std::filesystem::path(output.folder) / "summary.json").string());
  };
  const Comparison comparison = compare(table(base), table(run), Tolerances());
  Json groups = Json::array();
  for (std::size_t topic = 0; topic < kTopics.size(); ++topic) {
    Json moves = Json::array();
    for (const Move& move : comparison.moved)
      if (!is_rounding(move.pointer) && topic_of(move.pointer) == topic) moves.push_back(move_of(move));
    if (!moves.empty()) groups.push_back({{"name", kTopics[topic]}, {"moves", std::move(moves)}});
  }
  return {{"base", base.name},
          {"compared", comparison.compared},
          {"equal", comparison.equal},
          {"groups", std::move(groups)}};
}

}  // namespace headroom

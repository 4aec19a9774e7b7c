#include "control/history_keeper.hpp"

#include <array>
#include <cmath>
#include <map>

#include "base/problem.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr std::array<std::string_view, 1> kTimes{"time"}, kNames{"name"}, kLoads{"load"};
constexpr double kLongest = 1e9;  // s

}  // namespace

HistoryKeeper::HistoryKeeper(const HistoryConfig& config, const ClassTable& classes, const PowerTree& tree)
    : empty_(config.step, config.cycle, config.cycles), classes_(classes) {
  if (!config.path.empty()) read(config.path, tree);
}

void HistoryKeeper::read(const std::string& path, const PowerTree& tree) {
  std::map<std::string, ClassId, std::less<>> classes;
  std::map<std::string, NodeId, std::less<>> nodes;
  for (std::size_t i = 0; i < classes_.size(); ++i) classes.emplace(classes_.name(ClassId(i)), i);
  for (std::size_t i = 0; i < tree.size(); ++i) nodes.emplace(tree.path(NodeId(i)), i);
  TableReader table(path, {.subject = "history"});
  const std::size_t times = table.need({"time_s", kTimes}), names = table.need({"name", kNames}),
                    loads = table.need({"load", kLoads});
  while (table.next()) {
    const double time = table.number(times), load = table.number(loads);
    if (time < 0 || time > kLongest) table.fail("the time must be from 0 to 1e9 s");
    if (load < 0) table.fail("the load is negative");
    const std::string_view name = table.cell(names);
    if (const auto of = classes.find(name); of != classes.end())
      history_.tokens(of->second, empty_, Seconds(time), load);
    else if (const auto node = nodes.find(name); node != nodes.end())
      history_.power(node->second, empty_, Seconds(time), Power(load));
    else table.fail(in_quotes(name) + " is neither a class of requests nor a node of the site");
  }
}

/// Of the steps that are over and that `demand`, which knows an hour, still knows whole.
void HistoryKeeper::add_arrivals(Seconds now, const Demand& demand) {
  const Seconds step = empty_.step();
  const auto over = static_cast<std::uint64_t>(std::floor(now / step + 1e-9));
  for (; steps_of_arrivals_ < over; ++steps_of_arrivals_) {
    const Seconds begin = step * static_cast<double>(steps_of_arrivals_);
    if (begin < now - Demand::kBin * static_cast<double>(Demand::kBins - 1)) continue;
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      const Asked asked = demand.over(ClassId(i), step, begin + step);
      history_.tokens(ClassId(i), empty_, begin, static_cast<double>(asked.input_tokens) / step.value());
    }
  }
}

void HistoryKeeper::delivered(const SiteTelemetry& site) {
  steps_.resize(site.nodes.size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const NodeTelemetry& node = site.nodes[i];
    Step& at = steps_[i];
    // A sample is of the time before it.
    const auto number = static_cast<std::uint64_t>(std::ceil(node.taken_at / empty_.step() - 1e-9)) - 1;
    if (number != at.number && at.samples > 0) {
      history_.power(node.id, empty_, empty_.step() * static_cast<double>(at.number), Power(at.sum_w / at.samples));
      at = {};
    }
    at.number = number;
    at.sum_w += node.power.value();
    ++at.samples;
  }
}

}  // namespace headroom

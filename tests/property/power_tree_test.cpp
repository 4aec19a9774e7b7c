#include "facility/power_tree.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <optional>
#include <vector>

#include "metrics/meter.hpp"

namespace headroom {
namespace {

struct Change {
  std::size_t leaf;
  double power_w;
  double time_s;
};

/// A tree whose nodes hang below random earlier ones, its leaves, and changes of theirs in order of time.
struct RandomTree {
  PowerTree tree;
  std::vector<NodeId> leaves;
  std::vector<Change> changes;
  Seconds end;

  RandomTree() {
    const int nodes = *rc::gen::inRange(2, 30);
    std::vector<bool> is_parent(static_cast<std::size_t>(nodes), false);
    std::vector<std::size_t> parents{0};
    for (int i = 1; i < nodes; ++i) {
      parents.push_back(static_cast<std::size_t>(*rc::gen::inRange(0, i)));
      is_parent[parents.back()] = true;
    }
    for (std::size_t i = 0; i < parents.size(); ++i) {
      const LossModel loss{Power(*rc::gen::inRange(0, 100)), *rc::gen::inRange(0, 10) / 100.0,
                           *rc::gen::inRange(0, 10) * 1e-7};
      const NodeId id =
          tree.add(i == 0 ? std::nullopt : std::optional(NodeId(parents[i])), "n", is_parent[i] ? loss : LossModel{});
      if (!is_parent[i]) leaves.push_back(id);
    }
    double time_s = 0;
    for (int i = *rc::gen::inRange(1, 200); i > 0; --i) {
      time_s += *rc::gen::inRange(0, 1000) / 100.0;
      const auto leaf = static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(leaves.size())));
      changes.push_back({leaf, *rc::gen::inRange(0, 70000) / 10.0, time_s});
    }
    end = Seconds(time_s + 1);
  }
};

bool near(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

RC_GTEST_PROP(PowerTreeProperty, ANodeDrawsWhatItsChildrenDrawAndItsLoss, ()) {
  RandomTree t;
  for (const Change& change : t.changes)
    t.tree.set_power(t.leaves[change.leaf], Power(change.power_w), Seconds(change.time_s), [](NodeId, Power) {});
  std::vector<double> children(t.tree.size(), 0.0);
  for (std::size_t i = t.tree.size(); i-- > 1;)
    children[t.tree.parent(NodeId(i))->index()] += t.tree.power(NodeId(i)).value();
  double leaves = 0, losses = 0;
  for (const NodeId leaf : t.leaves) leaves += t.tree.energy(leaf, t.end).value();
  for (std::size_t i = 0; i < t.tree.size(); ++i) losses += t.tree.loss_energy(NodeId(i), t.end).value();
  for (std::size_t i = 0; i < t.tree.size(); ++i) RC_ASSERT(t.tree.power(NodeId(i)).value() >= children[i] - 1e-6);
  RC_ASSERT(near(t.tree.energy(NodeId(0), t.end).value(), leaves + losses));
}

RC_GTEST_PROP(PowerTreeProperty, AMeterAgreesWithTheTree, ()) {
  RandomTree t;
  const double bin_s = *rc::gen::inRange(1, 50) / 10.0;
  Meter meter(std::nullopt, Seconds(bin_s), true);
  meter.change(t.tree.power(NodeId(0)), Seconds(0));
  for (const Change& change : t.changes)
    t.tree.set_power(t.leaves[change.leaf], Power(change.power_w), Seconds(change.time_s), [&](NodeId id, Power power) {
      if (id == NodeId(0)) meter.change(power, Seconds(change.time_s));
    });
  meter.settle(t.end);
  const double energy = t.tree.energy(NodeId(0), t.end).value();
  RC_ASSERT(near(meter.energy().value(), energy));
  const auto series = meter.series().values();
  double by_bins = 0, peak = 0;
  for (std::size_t i = 0; i < series.mean_w.size(); ++i) {
    const double begin = bin_s * static_cast<double>(i);
    by_bins += series.mean_w[i] * (std::min(begin + bin_s, t.end.value()) - begin);
    RC_ASSERT(series.min_w[i] <= series.mean_w[i] * (1 + 1e-12) + 1e-9);
    RC_ASSERT(series.mean_w[i] <= series.max_w[i] * (1 + 1e-12) + 1e-9);
    peak = std::max(peak, series.max_w[i]);
  }
  RC_ASSERT(near(by_bins, energy));
  RC_ASSERT(peak == meter.peak().value());
}

RC_GTEST_PROP(BinnedSeriesProperty, CoarseningKeepsEnergyAndExtremes, ()) {
  BinnedSeries series(Seconds(*rc::gen::inRange(1, 100) / 1000.0), false);
  double time_s = 0, energy = 0, peak = 0;
  for (int i = *rc::gen::inRange(1, 100); i > 0; --i) {
    const double length_s = *rc::gen::inRange(1, 100000) / 1000.0;
    const double power_w = *rc::gen::inRange(0, 5000);
    series.add(power_w, time_s, time_s + length_s);
    time_s += length_s;
    energy += power_w * length_s;
    peak = std::max(peak, power_w);
  }
  const auto values = series.values();
  RC_ASSERT(values.mean_w.size() <= BinnedSeries::kMostBins);
  double by_bins = 0, highest = 0;
  for (std::size_t i = 0; i < values.mean_w.size(); ++i) {
    const double begin = series.bin().value() * static_cast<double>(i);
    by_bins += values.mean_w[i] * (std::min(begin + series.bin().value(), time_s) - begin);
    highest = std::max(highest, values.max_w[i]);
  }
  RC_ASSERT(near(by_bins, energy));
  RC_ASSERT(highest == peak);
}

}  // namespace
}  // namespace headroom

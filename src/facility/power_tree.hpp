#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/prefetch.hpp"
#include "headroom/fields.hpp"
#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// What a node of the power tree loses on the way down: constant, in proportion, and with the square of its load.
struct LossModel {
  Power fixed{};
  double proportional = 0.0;     ///< fraction of the load
  double quadratic_per_w = 0.0;  ///< fraction of the load per watt of load (resistive)

  [[nodiscard]] Power at(Power load) const { return fixed + load * (proportional + quadratic_per_w * load.value()); }

  void fields(Fields& f) {
    f("fixed_w", fixed, "loss without load", Range::power());
    f("proportional_fraction", proportional, "loss per load", Range::fraction());
    f("quadratic_fraction_per_w", quadratic_per_w, "loss per load and watt of load (resistive)",
      Range::between(0.0, 1.0));
  }
};

/// The power tree: servers are leaves, a node draws what its children draw plus its loss. A change at a leaf
/// adds one delta per level; power and energy of every node are exact at any time.
class PowerTree {
 public:
  /// Adds a node below `parent` (none for the root, which comes first); ids are dense in order of adding.
  NodeId add(std::optional<NodeId> parent, std::string path, const LossModel& loss = {});

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] const std::string& path(NodeId id) const { return paths_[id.index()]; }
  [[nodiscard]] std::optional<NodeId> parent(NodeId id) const;
  /// Whether `below` is `above` or stands under it.
  [[nodiscard]] bool is_under(NodeId below, NodeId above) const;

  /// Of a leaf that will change soon.
  void prefetch(NodeId leaf) const { headroom::prefetch(&nodes_[leaf.index()]); }
  [[nodiscard]] Power power(NodeId id) const { return Power(nodes_[id.index()].power); }
  [[nodiscard]] Energy energy(NodeId id, Seconds now) const {
    const Node& node = nodes_[id.index()];
    return Energy(node.energy + node.power * (now.value() - node.since));
  }
  /// Energy lost in the node itself up to `now`.
  [[nodiscard]] Energy loss_energy(NodeId id, Seconds now) const;

  /// The nodes above some leaves that are alike, for `spread`: those where `is_followed`, those with a loss, and the
  /// root. All others between are left out, and know nothing of what is spread.
  class Spread {
   public:
    Spread() = default;

   private:
    friend class PowerTree;
    struct Part {
      std::uint32_t node;
      std::uint32_t parent;  ///< index of a later part, or none
      double leaves;         ///< that hang on it without a part between
    };
    std::vector<Part> parts_;      ///< children before their parents
    std::vector<double> changes_;  ///< of their load, while they are booked
  };
  [[nodiscard]] Spread spread_over(std::span<const NodeId> leaves,
                                   const std::function<bool(NodeId)>& is_followed) const;

  /// Adds the same to what each leaf of a spread draws. Costs the number of its parts, not of its leaves; the leaves
  /// themselves do not change. Calls `on_change(node, power)` for each part.
  template <class OnChange>
  void add(Spread& spread, Power each, Seconds now, OnChange&& on_change) {
    for (std::size_t i = 0; i < spread.parts_.size(); ++i) {
      const Spread::Part& part = spread.parts_[i];
      Node& node = nodes_[part.node];
      const double load = std::exchange(spread.changes_[i], 0.0) + part.leaves * each.value();
      const double change = node.add_load(load, now.value(), losses_[part.node]);
      if (part.parent != kNone) spread.changes_[part.parent] += change;
      on_change(NodeId(part.node), Power(node.power));
    }
  }

  /// Sets what a leaf draws and passes the difference up; calls `on_change(node, power)` for each node on the way.
  template <class OnChange>
  void set_power(NodeId leaf, Power power, Seconds now, OnChange&& on_change) {
    std::uint32_t at = static_cast<std::uint32_t>(leaf.index());
    double delta = power.value() - nodes_[at].load;
    while (at != kNone) {
      Node& node = nodes_[at];
      delta = node.add_load(delta, now.value(), losses_[at]);
      on_change(NodeId(at), Power(node.power));
      at = node.parent;
    }
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  /// What a change touches; path and loss of a node stand apart.
  struct Node {
    double power = 0;   ///< what it draws, loss included
    double load = 0;    ///< what its children draw
    double energy = 0;  ///< up to `since`
    double loss_energy = 0;
    double since = 0;
    std::uint32_t parent = kNone;
    bool lossless = true;

    /// Returns by how much more it draws.
    double add_load(double delta, double now, const LossModel& loss) {
      const double elapsed = now - since;
      const double before = power;
      energy += before * elapsed;
      since = now;
      if (!lossless) loss_energy += (before - load) * elapsed;
      load += delta;
      power = lossless ? load : load + loss.at(Power(load)).value();
      return power - before;
    }
  };

  std::vector<Node> nodes_;
  std::vector<LossModel> losses_;
  std::vector<std::string> paths_;
};

}  // namespace headroom

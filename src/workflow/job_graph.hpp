#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "headroom/quantity.hpp"
#include "headroom/request.hpp"
#include "model/performance/unit_times.hpp"
#include "workflow/graph_template.hpp"
#include "workflow/node_values.hpp"

namespace headroom {

/// Stages that a job may have.
inline constexpr double kMostNodes = 1e6;
[[nodiscard]] double count_nodes(const GraphTemplate& graph, const GraphParameters& parameters);
/// Pairs of stages of which one waits for the other, without those of `in_order`.
inline constexpr double kMostEdges = 1e7;
[[nodiscard]] double count_edges(const GraphTemplate& graph, const GraphParameters& parameters);

/// Work of the stages of a template, in the order of `JobGraph::stages`: two for each, of its nodes and of its first
/// one.
[[nodiscard]] inline std::uint32_t work_kinds(const GraphTemplate& graph) {
  return static_cast<std::uint32_t>(2 * graph.stages.size());
}
[[nodiscard]] std::vector<WorkUnits> works_of(const GraphTemplate& graph, const GraphParameters& parameters);

/// The stages of a job as nodes with edges. Nodes of one stage of the template lie together, inner parameters fastest;
/// stages of the template come in an order in which each is behind those that it waits for.
class JobGraph {
 public:
  struct Stage {
    std::string name, operation;
    std::uint32_t first = 0, count = 0;                 ///< of its nodes
    std::uint32_t input_tokens = 0, output_tokens = 0;  ///< of an LLM call
    std::uint32_t context_tokens = 0;                   ///< of its prompt, at the front
    bool by_units = false;
    bool scaled = false;
    bool in_order = false;
    bool is_found_out = false;             ///< how often it is there, while a job runs
    const ChainsConfig* chains = nullptr;  ///< of a question; they share its prompt
    std::vector<std::string> per;          ///< parameters
    std::vector<std::size_t> before;       ///< stages that it waits for

    [[nodiscard]] bool runs() const { return by_units || input_tokens > 0; }
  };

  /// As it is expected to be. The template outlives it.
  JobGraph(const GraphTemplate& graph, const GraphParameters& parameters);
  /// As the job of a number finds out that it is.
  JobGraph(const GraphTemplate& graph, const GraphParameters& parameters, std::uint32_t job);

  [[nodiscard]] const std::vector<Stage>& stages() const { return stages_; }
  [[nodiscard]] std::size_t size() const { return stage_of_.size(); }
  [[nodiscard]] std::size_t stage_of(std::size_t node) const { return stage_of_[node]; }
  [[nodiscard]] bool is_first(std::size_t node) const { return stages_[stage_of_[node]].first == node; }
  /// Nodes that wait for this one.
  [[nodiscard]] std::span<const std::uint32_t> next(std::size_t node) const {
    return std::span(next_).subspan(offsets_[node], offsets_[node + 1] - offsets_[node]);
  }
  /// For how many others each waits.
  [[nodiscard]] const std::vector<std::uint32_t>& waits_for() const { return waits_for_; }
  /// How many nodes are known to be there once this one is done.
  [[nodiscard]] std::uint32_t reveals(std::size_t node) const { return reveals_.empty() ? 0 : reveals_[node]; }
  /// Nodes that are not known when a job comes.
  [[nodiscard]] std::size_t hidden() const { return hidden_; }
  /// The first item of what is played that an item of a stage belongs to, where that is there for some of the same
  /// parameters, in the same order; else the first of all.
  [[nodiscard]] std::uint32_t first_played(std::size_t stage, std::uint32_t item) const;
  /// The stage that is played; none where nothing is.
  [[nodiscard]] std::optional<std::size_t> played() const { return played_; }
  /// How long what is played lasts, all of it (0 where nothing is) and one of its items.
  [[nodiscard]] Seconds content() const {
    return played_ ? item_ * static_cast<double>(stages_[*played_].count) : Seconds();
  }
  [[nodiscard]] Seconds item() const { return item_; }

 private:
  JobGraph(const GraphTemplate& graph, const GraphParameters& parameters, const NodeValues::Counts& counts);
  void add_stages(const GraphTemplate& graph, const GraphParameters& parameters, const NodeValues::Counts& counts);
  void add_edges(const GraphTemplate& graph);
  void note_growth(const GraphTemplate& graph);

  std::vector<std::size_t> place_;  ///< here, by that in the template
  std::vector<NodeValues> values_;  ///< by stage
  std::vector<Stage> stages_;
  std::vector<std::uint32_t> stage_of_, waits_for_, offsets_, next_, reveals_;
  std::size_t hidden_ = 0;
  std::optional<std::size_t> played_;
  Seconds item_{};
};

/// A node of a stage as a request, where works of the template are kinds from `first_kind` on; that of the stage's
/// first node, by units, is one more.
[[nodiscard]] Request stage_request(const JobGraph& graph, std::size_t stage, std::uint32_t first_kind);

}  // namespace headroom

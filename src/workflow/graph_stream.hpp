#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/request.hpp"
#include "workflow/graph_template.hpp"

namespace headroom {

/// What a job does: of a template with a catalogue, in one configuration.
struct ConfiguredGraph {
  std::string configuration;  ///< empty: the template has no catalogue
  GraphTemplate graph;        ///< with the operations of the configuration
  GraphParameters parameters;
  double cost = 0;  ///< of a job
};

/// Jobs of one template, which come at even distances.
struct GraphStreamConfig {
  std::string name;
  GraphTemplate graph;
  GraphParameters parameters;  ///< in place of those of the template
  Seconds start{};
  std::uint32_t count = 1;
  std::optional<Seconds> every;
  Priority priority = Priority::high;
  std::string configuration;  ///< of all its jobs; empty: a planner chooses, where the template has a catalogue
  std::optional<std::uint32_t> contexts;  ///< that its jobs have in turn; none: each its own
  std::optional<Seconds> ttff, due;       ///< from when a job comes
  std::optional<Seconds> due_at;          ///< of the run
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// When a job is to be done that comes at a date, from that date; none where nobody says.
  [[nodiscard]] std::optional<Seconds> due_of(Seconds came) const;
  [[nodiscard]] bool has_dates() const { return ttff || due || due_at; }
  /// Those of its jobs.
  [[nodiscard]] GraphParameters all_parameters() const;
  /// What its jobs may be: by configuration; else one.
  [[nodiscard]] std::vector<ConfiguredGraph> graphs() const;
  /// Whether that is found out for every job.
  [[nodiscard]] bool is_chosen_by_job() const { return graph.catalogue && configuration.empty(); }
  /// What its stages do that run, each once, in order of the template.
  [[nodiscard]] std::vector<std::string> operations() const;
};

}  // namespace headroom

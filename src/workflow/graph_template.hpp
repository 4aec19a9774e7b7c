#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headroom/fields.hpp"
#include "workflow/amount.hpp"
#include "workflow/chains.hpp"
#include "workflow/growth.hpp"
#include "workflow/query_catalogue.hpp"

namespace headroom {

/// Stages of a job that do alike: one, or one for each value of some parameters (each scene, each clip of each scene).
/// Two stages that share such parameters meet where these have the same values.
struct GraphStageConfig {
  std::string operation;         ///< what a pool must serve; empty: as the stage is called
  std::vector<std::string> per;  ///< parameters, outer ones first
  std::map<std::string, Amount> work, first_work;
  std::optional<Amount> input_tokens, output_tokens;  ///< of an LLM call
  std::optional<Amount> context_tokens;               ///< of its prompt
  std::vector<std::string> after, after_first;
  std::string makes;               ///< what it hands to those behind it
  std::vector<std::string> takes;  ///< of these, what it needs
  bool in_order = false;
  bool scaled = false;
  std::optional<ChainsConfig> chains;  ///< it is there once for each, whose mean length `output_tokens` is
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// Whether it runs anywhere; else it takes no time.
  [[nodiscard]] bool runs() const { return !work.empty() || input_tokens.has_value(); }
  /// It does not any more.
  void leave_out();
};

/// What of a job is played to somebody, item by item.
struct PlaybackConfig {
  std::string stage;
  Amount content;  ///< seconds of all items together
  void fields(Fields& f);
};

/// How much work the scaled stages of a quality do, over that of the best.
struct QualityLevelConfig {
  std::string name;
  std::optional<double> work_fraction;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// What a kind of job consists of.
struct GraphTemplate {
  std::string name;
  GraphParameters parameters;
  std::vector<std::pair<std::string, GraphStageConfig>> stages;
  std::optional<PlaybackConfig> playback;
  std::vector<QualityLevelConfig> levels;         ///< the best first; none: one without a name
  Growths grows;                                  ///< a parameter behind those it is found out for
  std::optional<QueryCatalogueConfig> catalogue;  ///< none: all its jobs do the same
  std::string source;
  void fields(Fields& f);
  void check(const Scope& scope) const;

  [[nodiscard]] std::optional<std::size_t> find(const std::string& stage) const;
  /// Stages, each behind those that it comes after; fewer than there are where some go in a circle.
  [[nodiscard]] std::vector<std::size_t> in_order() const;
};

}  // namespace headroom

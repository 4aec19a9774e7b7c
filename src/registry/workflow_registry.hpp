#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/folders.hpp"
#include "headroom/fields.hpp"
#include "registry/minute_load.hpp"

namespace headroom {

/// GPUs of a kind.
struct WorkflowGpu {
  std::string gpu_name;  ///< of its data sheet; empty: as the registry calls it
  double usd_per_h = 0;
  Power busy{}, idle{};                    ///< of one that generates, and of one that waits
  std::optional<std::uint32_t> most_gpus;  ///< that there are; none: no end of them
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// An LLM on so many GPUs at a load: what an instance of it does.
struct ServingPoint {
  std::string llm, gpu;
  std::uint32_t tensor_parallel = 1;
  Seconds tpot{};  ///< time per output token
  double tokens_per_s = 1;
  void fields(Fields& f);
  /// As `Gemma-3-27B on 4 A100 at 700/s`.
  [[nodiscard]] std::string name() const;
};

/// A way to do a workflow: its knobs and its LLM, how good its answers are, and the tokens of all LLM calls of a
/// request together.
struct WorkflowConfiguration {
  std::string llm, knobs;
  double accuracy_percent = 0;
  double tokens_p50 = 1, tokens_p90 = 1;
  void fields(Fields& f);
  void check(const Scope& scope) const;
  [[nodiscard]] std::string name() const { return llm + " " + knobs; }
};

/// What an SLO bounds.
enum class SloKind : std::uint8_t { accuracy, latency };
inline std::array<std::string_view, 2> words_of(SloKind) {
  return {"accuracy", "latency"};
}

/// How much it asks for.
enum class SloTier : std::uint8_t { best, good, fair, basic };
inline std::array<std::string_view, 4> words_of(SloTier) {
  return {"best", "good", "fair", "basic"};
}
constexpr std::size_t kSloTiers = 4;

/// A part of a workflow's requests and the SLO that they have.
struct WorkflowSlo {
  SloKind kind = SloKind::accuracy;
  SloTier tier = SloTier::good;
  double fraction = 1;
  void fields(Fields& f);
};

struct Workflow {
  MinuteLoadConfig load;
  std::vector<double> accuracy_tiers_percent, latency_tiers_s;  ///< by tier
  double least_accuracy_percent = 0;                            ///< what a latency SLO keeps
  std::string baseline_knobs;                                   ///< of the static deployment
  std::vector<WorkflowConfiguration> configurations;
  std::vector<WorkflowSlo> slos;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// What every workflow has in a static deployment.
struct BaselinePoint {
  std::string llm, gpu;
  std::uint32_t tensor_parallel = 1;
  void fields(Fields& f);
};

/// What the plan of an epoch makes small.
enum class PlanObjective : std::uint8_t { cost, gpus, energy };
inline std::array<std::string_view, 3> words_of(PlanObjective) {
  return {"cost", "gpus", "energy"};
}

/// What the plan of an epoch knows of its load.
enum class LoadForecast : std::uint8_t { oracle, ewma };
inline std::array<std::string_view, 2> words_of(LoadForecast) {
  return {"oracle", "ewma"};
}

/// What is done where there are too few GPUs.
enum class OnShortage : std::uint8_t { refuse, serve_most };
inline std::array<std::string_view, 2> words_of(OnShortage) {
  return {"refuse", "serve_most"};
}

/// A catalogue of workflows, of the LLMs that do them, and how instances are planned for a day of both (Murakkab,
/// arXiv 2508.18298).
struct WorkflowRegistry {
  std::string file;  ///< that it was read from
  std::string root;  ///< where it stands there
  std::string name, source;
  std::uint32_t epoch_min = 60;
  double start_min = 20;
  double alpha_ratio = 1.15;
  double multiplexing_ratio = 1;
  Seconds ttft{0.05};
  PlanObjective objective = PlanObjective::cost;
  LoadForecast forecast = LoadForecast::oracle;
  double forecast_weight = 0.5;
  OnShortage on_shortage = OnShortage::refuse;
  std::uint32_t most_nodes = 20'000;
  BaselinePoint baseline;
  std::map<std::string, WorkflowGpu> gpus;
  std::vector<ServingPoint> points;
  std::map<std::string, Workflow> workflows;
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// What a message about a value begins with.
  [[nodiscard]] std::string where(const std::string& pointer) const { return file + ": " + root + pointer; }
  [[nodiscard]] double usd_per_h(const ServingPoint& point) const {
    return point.tensor_parallel * gpus.at(point.gpu).usd_per_h;
  }
};

/// Reads the registry that a name, or a path, stands for, with values that replace those of the file.
[[nodiscard]] WorkflowRegistry load_registry(const std::string& name, const ConfigFolders& folders,
                                             const std::vector<std::string>& sets);

}  // namespace headroom

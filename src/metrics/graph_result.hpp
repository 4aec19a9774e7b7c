#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headroom/fields.hpp"
#include "metrics/chains_result.hpp"
#include "metrics/class_result.hpp"
#include "metrics/queries_result.hpp"

namespace headroom {

/// The mean and the largest of some times.
class MeanAndMost {
 public:
  void add(Seconds time) {
    ++count_;
    sum_ += time;
    most_ = std::max(most_, time);
  }
  [[nodiscard]] std::optional<Seconds> mean() const {
    return count_ > 0 ? std::optional(sum_ / static_cast<double>(count_)) : std::nullopt;
  }
  void fields(Fields& f) const {
    f("mean_s", mean(), "over jobs");
    f("max_s", count_ > 0 ? std::optional(most_) : std::nullopt, "the largest");
  }

 private:
  std::uint64_t count_ = 0;
  Seconds sum_{}, most_{};
};

/// Items of a job that were made at a quality level.
struct LevelResult {
  std::uint64_t items = 0;
  double fraction = 0;
  void fields(Fields& f) const {
    f("items", items, "that were begun at this level");
    f("item_fraction", fraction, "of all that were begun");
  }
};

/// What became of the jobs of a stream. Of stages: created = done + cancelled + lost + left.
struct GraphResult {
  std::string name;
  std::uint64_t came = 0, done = 0, in_time = 0;
  bool has_dates = false;
  std::uint64_t stages_created = 0, stages_done = 0, stages_cancelled = 0, stages_lost = 0, stages_left = 0;
  MeanAndMost makespan;
  bool is_played = false;
  MeanAndMost first_item, ttff, ttff_by_total, stalled;
  Energy gpu_energy{}, core_energy{};
  double gpu_hours = 0, lost_gpu_hours = 0, core_hours = 0, lost_core_hours = 0;
  double kv_byte_s = 0;
  bool uses_cores = false;
  std::vector<std::pair<std::string, LevelResult>> levels;
  std::optional<ChainsResult> chains;    ///< of templates with some
  std::optional<QueriesResult> queries;  ///< of templates with a catalogue

  void fields(Fields& f) const {
    f.group("jobs", "of this stream", [this](Fields& jobs) {
      jobs("came", came, "jobs that came");
      jobs("done", done, "of these, those whose stages are all done");
      jobs("in_time", has_dates ? std::optional(in_time) : std::nullopt,
           "of these, those that kept `ttff_s` and `due_s`, where the scenario says them");
    });
    f.group("stages", "created = done + cancelled + lost + left", [this](Fields& stages) {
      stages("created", stages_created, "those of the jobs that came, and each that was lost once more");
      stages("done", stages_done, "stages that ran to their end");
      stages("cancelled", stages_cancelled, "of jobs that can never be done, and chains that a planner stopped");
      stages("lost", stages_lost, "that an instance gave up with its power or its place; they ran again");
      stages("left", stages_left, "not done at the end of the run");
    });
    f("makespan", makespan, "of jobs that are done: from when they came");
    f("first_item", if_played(first_item), "likewise: until the first item of what is played is there");
    f("ttff", if_played(ttff),
      "likewise: when a playback can begin that never waits, the largest over items of when it is there less its "
      "place");
    f("ttff_by_total", if_played(ttff_by_total),
      "likewise, as if items came evenly: the first item, or the makespan of what is played less its length");
    f("stalled", if_played(stalled), "likewise: what a playback waits that begins with the first item");
    f("gpu_energy_kwh", gpu_energy, "of the GPUs at work for its stages, those that were lost too");
    f("gpu_hours", gpu_hours, "of instances at work for its stages by units");
    f("lost_gpu_hours", lost_gpu_hours, "the same of stages that were lost");
    f("cpu_energy_kwh", uses_cores ? std::optional(core_energy) : std::nullopt,
      "of the CPU cores at work for its stages, beside an idle host, where it has stages on cores; those that were "
      "lost "
      "too");
    f("cpu_core_hours", uses_cores ? std::optional(core_hours) : std::nullopt,
      "likewise cores times time, of stages that were not lost");
    f("lost_cpu_core_hours", uses_cores ? std::optional(lost_core_hours) : std::nullopt,
      "the same of stages that were lost");
    f("kv_byte_s", kv_byte_s,
      "KV caches of its LLM calls over time: prompt and answer of each from its first token to its end, as if tokens "
      "came evenly; chains count their prompt each, shared or not");
    f("levels", levels_by_name(), "by quality level, where the template has some");
    f("chains", chains, "of reasoning, where the template has some");
    f("queries", queries, "where the template has a catalogue");
  }

 private:
  [[nodiscard]] std::optional<MeanAndMost> if_played(const MeanAndMost& times) const {
    return is_played ? std::optional(times) : std::nullopt;
  }
  [[nodiscard]] std::vector<std::pair<std::string, const LevelResult*>> levels_by_name() const {
    std::vector<std::pair<std::string, const LevelResult*>> named;
    for (const auto& [level, result] : levels) named.emplace_back(level, &result);
    return named;
  }
};

/// The instances of a pool as workers that are paid for.
struct WorkerResult {
  std::string pool;
  std::uint64_t instances = 0;
  double gpu_hours = 0;
  Energy gpu_energy{};
  std::optional<double> core_hours;
  std::optional<Energy> core_energy;
  std::optional<double> cost_usd;
  void fields(Fields& f) const {
    f("instances", instances, "that there have been");
    f("gpu_hours", gpu_hours, "GPUs of an instance times its life, from the start of its start to its end");
    f("gpu_energy_kwh", gpu_energy, "of these GPUs, waiting or at work");
    f("cpu_core_hours", core_hours, "of instances on CPU cores: cores times life");
    f("cpu_energy_kwh", core_energy, "of these cores, beside an idle host");
    f("cost_usd", cost_usd,
      "these hours times what a GPU or core costs (`/hardware/gpu_cost_usd_per_h`, "
      "`/hardware/cpu_core_cost_usd_per_h`), "
      "where that is said");
  }
};

}  // namespace headroom

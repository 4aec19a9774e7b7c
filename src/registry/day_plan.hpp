#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "registry/epoch_plan.hpp"

namespace headroom {

/// The load of a day in epochs.
class RegistryDay {
 public:
  /// Throws InputError where workflows have days of different lengths, or the day is not whole epochs.
  explicit RegistryDay(const WorkflowRegistry& registry);

  [[nodiscard]] std::size_t epochs() const { return epochs_; }
  /// Requests/s of a workflow, by its number in the order of names: in its largest minute of an epoch, in the mean, and
  /// what the forecast says of the largest minute.
  [[nodiscard]] double peak(std::size_t workflow, std::size_t epoch) const { return peaks_[workflow][epoch]; }
  [[nodiscard]] double mean(std::size_t workflow, std::size_t epoch) const { return means_[workflow][epoch]; }
  [[nodiscard]] double forecast(std::size_t workflow, std::size_t epoch) const { return forecasts_[workflow][epoch]; }
  /// Instances that serve the largest minute of the day, of the sum of what the workflows take in requests/s each.
  [[nodiscard]] std::uint32_t instances_of_day(const std::vector<double>& instance_seconds) const;

 private:
  std::vector<std::vector<double>> minutes_, peaks_, means_, forecasts_;  ///< by workflow
  std::size_t epochs_ = 0;
};

/// Instances of a policy over the day, and what they take.
struct DayPlan {
  std::string policy;
  std::vector<EpochPlan> epochs;
  std::vector<std::vector<SloDemand>> demands;  ///< by epoch, as the routes of its plan are
  double usd = 0, mean_gpus = 0;
  std::uint64_t peak_gpus = 0;
  Energy energy{};                                 ///< busy while it generates, else idle
  double accuracy_within = 1, latency_within = 1;  ///< shares of requests with such an SLO that keep it
  double median_latency_within = 1;                ///< those whose median request does
  std::uint32_t short_epochs = 0;                  ///< whose largest minute is above what was planned for
};

/// One deployment of everything, sized for the largest minute of the day.
[[nodiscard]] DayPlan static_day(const WorkflowRegistry& registry, const RegistryDay& day);
/// The same, each workflow by its largest minute of each epoch.
[[nodiscard]] DayPlan autoscaled_day(const WorkflowRegistry& registry, const RegistryDay& day);
/// The best plan of each epoch, of each workflow by itself.
[[nodiscard]] DayPlan separate_day(const WorkflowRegistry& registry, const RegistryDay& day);
/// The best plan of each epoch, of all workflows together.
[[nodiscard]] DayPlan joint_day(const WorkflowRegistry& registry, const RegistryDay& day);

/// Instances of the baseline that serve the largest minute of the day, all workflows together.
[[nodiscard]] std::uint32_t static_instances(const WorkflowRegistry& registry, const RegistryDay& day);
/// Those that serve so many requests/s of each workflow, in the order of names, each rounded up.
[[nodiscard]] std::uint32_t baseline_instances(const WorkflowRegistry& registry,
                                               const std::vector<double>& requests_per_s);
/// The best plan of an epoch, of each workflow by itself; `epoch` is what a message calls it.
[[nodiscard]] EpochPlan plan_separately(const WorkflowRegistry& registry, const std::vector<SloDemand>& demands,
                                        const std::string& epoch);

/// The demands of an epoch, by its forecast.
[[nodiscard]] std::vector<SloDemand> demands_of(const WorkflowRegistry& registry, const RegistryDay& day,
                                                std::size_t epoch);

/// What goes on although it should be known: an epoch in which an instance does not start.
[[nodiscard]] Warnings registry_warnings(const WorkflowRegistry& registry);

}  // namespace headroom

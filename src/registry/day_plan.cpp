#include "registry/day_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr double kSecondsPerMinute = 60;
constexpr double kNormalP90Squared = 1.2815515655446004 * 1.2815515655446004;

/// Of a log-normal distribution.
double mean_tokens(const WorkflowConfiguration& configuration) {
  const double spread = portable::log(configuration.tokens_p90 / configuration.tokens_p50);
  return configuration.tokens_p50 * portable::exp(spread * spread / (2 * kNormalP90Squared));
}

/// What one request a second takes, in instances.
double instance_seconds(const WorkflowOption& option, double tokens) {
  return tokens / option.point->tokens_per_s;
}

std::size_t number_of(const WorkflowRegistry& registry, const Workflow* workflow) {
  std::size_t number = 0;
  for (const auto& [unused, known] : registry.workflows) {
    if (&known == workflow) break;
    ++number;
  }
  return number;
}

/// All requests of a demand by one option.
EpochPlan baseline_epoch(const WorkflowRegistry& registry, const std::vector<SloDemand>& demands,
                         std::uint32_t instances) {
  EpochPlan plan;
  plan.instances.resize(registry.points.size());
  for (const SloDemand& demand : demands) {
    const WorkflowOption option = baseline_option(registry, *demand.bound.workflow);
    plan.instances[option.point_number] = instances;
    plan.routes.push_back({{option, 1.0}});
    plan.served_fraction.push_back(1);
  }
  return plan;
}

EpochPlan together(EpochPlan one, const EpochPlan& other) {
  if (one.instances.empty()) return other;
  for (std::size_t m = 0; m < one.instances.size(); ++m) one.instances[m] += other.instances[m];
  one.routes.insert(one.routes.end(), other.routes.begin(), other.routes.end());
  one.served_fraction.insert(one.served_fraction.end(), other.served_fraction.begin(), other.served_fraction.end());
  one.nodes += other.nodes;
  one.proven = one.proven && other.proven;
  return one;
}

/// Requests that keep their SLO, of all that have one of that kind.
struct SloBooks {
  double requests = 0, within = 0, median_within = 0;
  void add(double more, double share, bool median) {
    requests += more;
    within += more * share;
    median_within += median ? more : 0;
  }
  [[nodiscard]] double share() const { return requests > 0 ? within / requests : 1; }
  [[nodiscard]] double median_share() const { return requests > 0 ? median_within / requests : 1; }
};

/// Requests of one epoch under its SLOs, and the instances that are busy in the mean.
void book_epoch(const WorkflowRegistry& registry, const RegistryDay& day, std::size_t epoch,
                const std::vector<SloDemand>& demands, const EpochPlan& plan, SloBooks& accuracy, SloBooks& latency,
                std::vector<double>& busy) {
  for (std::size_t d = 0; d < demands.size(); ++d) {
    const SloBound& bound = demands[d].bound;
    const std::size_t workflow = number_of(registry, bound.workflow);
    const double planned = day.forecast(workflow, epoch);
    const double requests = planned > 0 ? day.mean(workflow, epoch) * demands[d].requests_per_s / planned : 0;
    SloBooks& books = bound.kind == SloKind::accuracy ? accuracy : latency;
    for (const RoutedPart& part : plan.routes[d]) {
      const double routed = requests * part.fraction * plan.served_fraction[d];
      const WorkflowConfiguration& configuration = *part.option.configuration;
      busy[part.option.point_number] += routed * instance_seconds(part.option, mean_tokens(configuration));
      if (bound.kind == SloKind::accuracy) {
        const bool kept = configuration.accuracy_percent >= bound.value();
        books.add(routed, kept ? 1 : 0, kept);
      } else {
        const double median_s = request_time(registry, *part.option.point, configuration.tokens_p50).value();
        books.add(routed, share_within(registry, part.option, bound.value()), median_s <= bound.value());
      }
    }
    books.add(requests * (1 - plan.served_fraction[d]), 0, false);
  }
}

void sum_up(const WorkflowRegistry& registry, const RegistryDay& day, DayPlan& plan) {
  const double epoch_h = registry.epoch_min / 60.0;
  SloBooks accuracy, latency;
  for (std::size_t e = 0; e < plan.epochs.size(); ++e) {
    const EpochPlan& epoch = plan.epochs[e];
    const std::uint64_t gpus = epoch.gpus(registry);
    plan.usd += epoch.usd_per_h(registry) * epoch_h;
    plan.mean_gpus += static_cast<double>(gpus) / static_cast<double>(plan.epochs.size());
    plan.peak_gpus = std::max(plan.peak_gpus, gpus);
    std::vector<double> busy(registry.points.size());
    book_epoch(registry, day, e, plan.demands[e], epoch, accuracy, latency, busy);
    for (std::size_t m = 0; m < registry.points.size(); ++m) {
      const ServingPoint& point = registry.points[m];
      const WorkflowGpu& gpu = registry.gpus.at(point.gpu);
      const double used = std::min<double>(busy[m], epoch.instances[m]);
      const Power draw = gpu.idle * (epoch.instances[m] - used) + gpu.busy * used;
      plan.energy = plan.energy + draw * point.tensor_parallel * Seconds(epoch_h * 3600);
    }
    for (std::size_t w = 0; w < registry.workflows.size(); ++w)
      if (day.peak(w, e) > day.forecast(w, e)) {
        ++plan.short_epochs;
        break;
      }
  }
  plan.accuracy_within = accuracy.share();
  plan.latency_within = latency.share();
  plan.median_latency_within = latency.median_share();
}

std::string name_of_epoch(const WorkflowRegistry& registry, std::size_t epoch) {
  return "minutes " + std::to_string(epoch * registry.epoch_min) + " to " +
         std::to_string((epoch + 1) * registry.epoch_min - 1);
}

/// What a request a second of each workflow takes of the baseline, in instances.
std::vector<double> baseline_seconds(const WorkflowRegistry& registry) {
  std::vector<double> takes;
  for (const auto& [unused, workflow] : registry.workflows) {
    const WorkflowOption option = baseline_option(registry, workflow);
    takes.push_back(instance_seconds(option, option.configuration->tokens_p90));
  }
  return takes;
}

/// A day whose epochs are each planned by `plan_of(epoch, demands)`.
template <class PlanOf>
DayPlan planned(const WorkflowRegistry& registry, const RegistryDay& day, const char* policy, PlanOf&& plan_of) {
  DayPlan plan;
  plan.policy = policy;
  for (std::size_t e = 0; e < day.epochs(); ++e) {
    plan.demands.push_back(demands_of(registry, day, e));
    plan.epochs.push_back(plan_of(e, plan.demands.back()));
  }
  sum_up(registry, day, plan);
  return plan;
}

}  // namespace

RegistryDay::RegistryDay(const WorkflowRegistry& registry) {
  for (const auto& [name, workflow] : registry.workflows) {
    minutes_.push_back(minute_load(workflow.load));
    const std::string where = registry.where("/workflows/" + pointer_step(name) + "/load");
    if (minutes_.back().size() != minutes_.front().size())
      throw InputError(where, "its " + counted(minutes_.back().size(), "minute") + " are not the " +
                                  std::to_string(minutes_.front().size()) + " of \"" +
                                  registry.workflows.begin()->first + "\"");
    if (minutes_.back().empty() || minutes_.back().size() % registry.epoch_min != 0)
      throw InputError(where, "its " + counted(minutes_.back().size(), "minute") + " are not whole epochs of " +
                                  std::to_string(registry.epoch_min));
  }
  epochs_ = minutes_.front().size() / registry.epoch_min;
  for (const auto& minutes : minutes_) {
    auto& peaks = peaks_.emplace_back();
    auto& means = means_.emplace_back();
    auto& forecasts = forecasts_.emplace_back();
    for (auto first = minutes.begin(); first != minutes.end(); first += registry.epoch_min) {
      const auto last = first + registry.epoch_min;
      peaks.push_back(*std::max_element(first, last) / kSecondsPerMinute);
      means.push_back(std::accumulate(first, last, 0.0) / registry.epoch_min / kSecondsPerMinute);
      const double weight = registry.forecast_weight;
      const bool known = registry.forecast == LoadForecast::oracle || forecasts.empty();
      forecasts.push_back(known ? peaks.back() : weight * peaks[peaks.size() - 2] + (1 - weight) * forecasts.back());
    }
  }
}

std::uint32_t RegistryDay::instances_of_day(const std::vector<double>& instance_seconds_of) const {
  double most = 0;
  for (std::size_t minute = 0; minute < minutes_.front().size(); ++minute) {
    double sum = 0;
    for (std::size_t w = 0; w < minutes_.size(); ++w)
      sum += minutes_[w][minute] / kSecondsPerMinute * instance_seconds_of[w];
    most = std::max(most, sum);
  }
  return static_cast<std::uint32_t>(std::ceil(most));
}

std::vector<SloDemand> demands_of(const WorkflowRegistry& registry, const RegistryDay& day, std::size_t epoch) {
  std::vector<SloDemand> demands;
  std::size_t number = 0;
  for (const auto& [unused, workflow] : registry.workflows) {
    for (const WorkflowSlo& slo : workflow.slos)
      demands.push_back({{&workflow, slo.kind, slo.tier}, slo.fraction * day.forecast(number, epoch)});
    ++number;
  }
  return demands;
}

std::uint32_t static_instances(const WorkflowRegistry& registry, const RegistryDay& day) {
  return day.instances_of_day(baseline_seconds(registry));
}

std::uint32_t baseline_instances(const WorkflowRegistry& registry, const std::vector<double>& requests_per_s) {
  const std::vector<double> takes = baseline_seconds(registry);
  double instances = 0;
  for (std::size_t w = 0; w < takes.size(); ++w) instances += std::ceil(requests_per_s[w] * takes[w]);
  return static_cast<std::uint32_t>(instances);
}

EpochPlan plan_separately(const WorkflowRegistry& registry, const std::vector<SloDemand>& demands,
                          const std::string& epoch) {
  EpochPlan all;
  for (const auto& [name, workflow] : registry.workflows) {
    std::vector<SloDemand> own;
    for (const SloDemand& demand : demands)
      if (demand.bound.workflow == &workflow) own.push_back(demand);
    all = together(std::move(all), plan_epoch(registry, own, epoch + " of " + name));
  }
  return all;
}

DayPlan static_day(const WorkflowRegistry& registry, const RegistryDay& day) {
  const std::uint32_t instances = static_instances(registry, day);
  return planned(registry, day, "static", [&](std::size_t, const std::vector<SloDemand>& demands) {
    return baseline_epoch(registry, demands, instances);
  });
}

DayPlan autoscaled_day(const WorkflowRegistry& registry, const RegistryDay& day) {
  return planned(registry, day, "autoscaled", [&](std::size_t epoch, const std::vector<SloDemand>& demands) {
    std::vector<double> loads;
    for (std::size_t w = 0; w < registry.workflows.size(); ++w) loads.push_back(day.forecast(w, epoch));
    return baseline_epoch(registry, demands, baseline_instances(registry, loads));
  });
}

DayPlan separate_day(const WorkflowRegistry& registry, const RegistryDay& day) {
  return planned(registry, day, "optimised", [&](std::size_t epoch, const std::vector<SloDemand>& demands) {
    return plan_separately(registry, demands, name_of_epoch(registry, epoch));
  });
}

DayPlan joint_day(const WorkflowRegistry& registry, const RegistryDay& day) {
  return planned(registry, day, "jointly", [&](std::size_t epoch, const std::vector<SloDemand>& demands) {
    return plan_epoch(registry, demands, name_of_epoch(registry, epoch));
  });
}

Warnings registry_warnings(const WorkflowRegistry& registry) {
  if (registry.epoch_min >= registry.start_min) return {};
  return {{"/epoch_min", "an epoch of " + std::to_string(registry.epoch_min) +
                             " min is over before an instance has started, which takes " +
                             shortest(registry.start_min) + " min"}};
}

}  // namespace headroom

#include "workflow/provisioning.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/problem.hpp"

namespace headroom {
namespace {

Seconds time_of(const WorkerModel& model, const std::vector<std::uint32_t>& counts) {
  double done_per_s = 0;  // of all stages
  Seconds least, longest_stage;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const WorkerOption& option = model.options[i];
    least = done_per_s == 0 ? option.all : std::min(least, option.all);
    longest_stage = std::max(longest_stage, option.one);
    done_per_s += counts[i] / option.all.value();
  }
  return model.in_order ? least : std::max(Seconds(1 / done_per_s), longest_stage);
}

/// Beyond what its GPUs would draw idle.
Energy energy_above_idle(const WorkerModel& model, const std::vector<std::uint32_t>& counts) {
  const auto above_idle = [](const WorkerOption& option) { return option.work - option.idle * option.all; };
  double done_per_s = 0;
  Energy sum_per_s{};
  Seconds least(std::numeric_limits<double>::infinity());
  Energy of_fastest{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const WorkerOption& option = model.options[i];
    const double per_s = counts[i] / option.all.value();
    done_per_s += per_s;
    sum_per_s += above_idle(option) * per_s;
    if (option.all >= least) continue;
    least = option.all;
    of_fastest = above_idle(option);
  }
  return model.in_order ? of_fastest : sum_per_s / done_per_s;
}

Seconds first_of(const WorkerModel& model, const std::vector<std::uint32_t>& counts) {
  std::optional<Seconds> first;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) first = std::min(first.value_or(model.options[i].first), model.options[i].first);
  return *first;
}

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

/// One instance more, in place of another or not.
struct Step {
  std::size_t model, added;
  std::size_t in_place_of = kNobody;
};

class Provisioner {
 public:
  Provisioner(const std::vector<WorkerModel>& models, std::vector<FreeDevices> free, Seconds content,
              Objective objective)
      : models_(models), free_(std::move(free)), content_(content), objective_(objective) {}

  Allocation allocation() {
    for (std::size_t m = 0; m < models_.size(); ++m) {
      allocation_.emplace_back(models_[m].options.size());
      take(Step{m, smallest(models_[m])});
    }
    double value = current();
    while (const auto step = best_below(value)) {
      take(*step);
      value = current();
    }
    return std::move(allocation_);
  }

 private:
  [[nodiscard]] bool fits(const Step& step) const {
    const WorkerOption& added = models_[step.model].options[step.added];
    FreeDevices free = free_[added.type];
    if (step.in_place_of != kNobody)
      if (const WorkerOption& gone = models_[step.model].options[step.in_place_of]; gone.type == added.type) {
        free.gpus += gone.gpus;
        free.cpu_cores += gone.cpu_cores;
      }
    return have(free, added);
  }
  [[nodiscard]] static bool have(const FreeDevices& free, const WorkerOption& option) {
    return free.gpus >= option.gpus && free.cpu_cores >= option.cpu_cores;
  }

  [[nodiscard]] std::size_t smallest(const WorkerModel& model) const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < model.options.size(); ++i) {
      const WorkerOption& option = model.options[i];
      if (!have(free_[option.type], option)) continue;
      const auto better = [&](const WorkerOption& other) {
        return option.gpus != other.gpus ? option.gpus < other.gpus : option.all < other.all;
      };
      if (!best || better(model.options[*best])) best = i;
    }
    if (!best)
      throw InputError("pool " + model.pool,
                       "finds no GPUs or cores: there are not enough for one instance of each pool");
    return *best;
  }

  void change(const Step& step, int sign) {
    const auto& options = models_[step.model].options;
    const auto move = [&](std::size_t option, int by) {
      allocation_[step.model][option] += static_cast<std::uint32_t>(by);
      free_[options[option].type].gpus -= static_cast<std::uint32_t>(by) * options[option].gpus;
      free_[options[option].type].cpu_cores -= static_cast<std::uint32_t>(by) * options[option].cpu_cores;
    };
    move(step.added, sign);
    if (step.in_place_of != kNobody) move(step.in_place_of, -sign);
  }
  void take(const Step& step) { change(step, 1); }
  [[nodiscard]] double current() const { return value_of(estimate_job(models_, allocation_, content_), objective_); }

  [[nodiscard]] double after(const Step& step) {
    change(step, 1);
    const double value = current();
    change(step, -1);
    return value;
  }

  /// The option of the same type with the fewest GPUs above those of one.
  [[nodiscard]] std::optional<std::size_t> next_larger(const WorkerModel& model, std::size_t than) const {
    std::optional<std::size_t> next;
    for (std::size_t i = 0; i < model.options.size(); ++i) {
      const WorkerOption& option = model.options[i];
      if (option.type != model.options[than].type || option.gpus <= model.options[than].gpus) continue;
      if (!next || option.gpus < model.options[*next].gpus) next = i;
    }
    return next;
  }

  [[nodiscard]] double gpus_of(const Step& step) const {
    const auto& options = models_[step.model].options;
    const double given_up = step.in_place_of == kNobody ? 0 : options[step.in_place_of].gpus;
    return std::max(1.0, options[step.added].gpus - given_up);
  }

  /// An instance on as many GPUs of another type in its place.
  template <class Use>
  void each_swap(std::size_t model, std::size_t option, Use use) const {
    const auto& options = models_[model].options;
    for (std::size_t other = 0; other < options.size(); ++other)
      if (options[other].type != options[option].type && options[other].gpus == options[option].gpus)
        use(Step{model, other, option});
  }

  /// The step that takes most off this value for each GPU that it needs.
  [[nodiscard]] std::optional<Step> best_below(double value) {
    std::optional<Step> best;
    double most = 0;
    const auto try_step = [&](const Step& step) {
      if (!fits(step)) return;
      const double saved = (value - after(step)) / gpus_of(step);
      if (saved <= most) return;
      most = saved;
      best = step;
    };
    for (std::size_t m = 0; m < models_.size(); ++m)
      for (std::size_t i = 0; i < models_[m].options.size(); ++i) {
        try_step({m, i});
        if (allocation_[m][i] == 0) continue;
        if (const auto larger = next_larger(models_[m], i)) try_step({m, *larger, i});
        each_swap(m, i, try_step);
      }
    return best;
  }

  const std::vector<WorkerModel>& models_;
  std::vector<FreeDevices> free_;
  Seconds content_;
  Objective objective_;
  Allocation allocation_;
};

}  // namespace

JobEstimate estimate_job(const std::vector<WorkerModel>& models, const Allocation& allocation, Seconds content) {
  JobEstimate estimate;
  double usd_per_h = 0;
  Power idle;
  for (std::size_t m = 0; m < models.size(); ++m) {
    estimate.total += time_of(models[m], allocation[m]);
    estimate.first += first_of(models[m], allocation[m]);
    estimate.energy += energy_above_idle(models[m], allocation[m]);
    for (std::size_t i = 0; i < allocation[m].size(); ++i) {
      usd_per_h += allocation[m][i] * models[m].options[i].usd_per_h;
      idle += models[m].options[i].idle * static_cast<double>(allocation[m][i]);
    }
  }
  estimate.energy += idle * estimate.total;
  estimate.ttff = std::max(estimate.first, estimate.total - content);
  estimate.cost_usd = usd_per_h * estimate.total.value() / 3600;
  return estimate;
}

double value_of(const JobEstimate& estimate, Objective objective) {
  switch (objective) {
    case Objective::cost_ttff:
      return estimate.cost_usd * estimate.ttff.value();
    case Objective::ttff:
      return estimate.ttff.value();
    case Objective::total:
      return estimate.total.value();
    case Objective::cost:
      return estimate.cost_usd;
    case Objective::energy:
      return estimate.energy.value();
    case Objective::energy_ttff:
      return estimate.energy.value() * estimate.ttff.value();
  }
  return 0;
}

Allocation provision(const std::vector<WorkerModel>& models, std::vector<FreeDevices> free, Seconds content,
                     Objective objective) {
  return Provisioner(models, std::move(free), content, objective).allocation();
}

}  // namespace headroom

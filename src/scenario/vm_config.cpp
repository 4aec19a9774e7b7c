#include "scenario/vm_config.hpp"

#include <cmath>
#include <set>

namespace headroom {

void EndpointConfig::fields(Fields& f) {
  f.required("service", service, "a name in /services; `serving` where that is the only one");
  f("share", share, "its part of the machines that serve, over the sum of all shares", Range::between(1e-6, 1e6));
}

void VmShapeConfig::fields(Fields& f) {
  f("path", path,
    "a CSV file instead, with the columns t_start_s and any load from 0 to 1, which begins with the cycle at 0");
  f("night_fraction", night_fraction, "least load of a working day, over its peak", Range::fraction());
  f("weekend_fraction", weekend_fraction, "load on the sixth and seventh day of the week, over the peak of the others",
    Range::fraction());
  f("peak_s", peak, "time of day of the peak", Range::between(0, 86400));
}

void VmLevelConfig::fields(Fields& f) {
  f("low_fraction", low_fraction, "least GPU power at the peak, over TDP", Range::fraction());
  f("span_fraction", span_fraction, "from the least to the most that Beta(1.5, 3) gives", Range::fraction());
  f("hot_group_fraction", hot_group_fraction, "share of the groups that are hot instead", Range::fraction());
  f("hot_low_fraction", hot_low_fraction, "least of these", Range::fraction());
  f("hot_high_fraction", hot_high_fraction, "most of these", Range::fraction());
}

void VmLevelConfig::check(const Scope& scope) const {
  if (low_fraction + span_fraction > 1) scope.at("span_fraction").problem("goes beyond TDP: with low_fraction above 1");
  if (hot_high_fraction < hot_low_fraction) scope.at("hot_high_fraction").problem("must be at least hot_low_fraction");
}

void VmsConfig::fields(Fields& f) {
  f("path", path,
    "a CSV file of machines: name, arrival_s, gpus, and where it has them lifetime_s (empty: to the end), group, "
    "service (empty: opaque), level_fraction, phase_s, has_history (0, 1), record (a CSV file of time_s and "
    "power_fraction of TDP, from the machine's start); then count, service_fraction, gpus, groups, levels and phases "
    "do not "
    "count. Absent: they are generated");
  f("count", count, "machines that stand from the start on", Range::between(0, 1e6));
  f("occupied_fraction", occupied_fraction,
    "the same as a part of all that the servers can hold; 0.9 where count is absent, too", Range::fraction());
  f("service_fraction", service_fraction,
    "part of the machines that serve, where they are generated; 0: none does, and services that are no endpoints keep "
    "servers of their own",
    Range::fraction());
  f("endpoints", endpoints,
    "the services that stand on machines, none elsewhere, however many there are; absent: all, with equal shares, "
    "where service_fraction is above 0");
  f("gpus", gpus, "of each machine, all of one server", Range::between(1, 1024));
  f("group_least", group_least, "machines of the smallest group (customer) of opaque ones", Range::between(1, 1e6));
  f("group_most", group_most, "of the largest; groups come together, and share level and phase",
    Range::between(1, 1e6));
  f("level", level, "how hard opaque machines work at their peak, a draw for each group");
  f("shape", shape, "how their load goes through the week");
  f("phase_spread_s", phase_spread, "groups are late against the shape by up to this, all equally likely",
    Range::delay());
  f("noise_fraction", noise_fraction,
    "standard deviation of the load above idle, anew in each step; cut at three of it", Range::between(0, 0.3));
  f("history_missing_fraction", history_missing_fraction,
    "share of the generated machines without a history, which count as at TDP throughout", Range::fraction());
  f("history_error_fraction", history_error_fraction,
    "standard deviation of how much more or less of its level a group had in the week before; cut at three of it",
    Range::between(0, 0.3));
  f("serving_level_fraction", serving_level_fraction,
    "what a GPU of a machine that serves is expected to draw over TDP at the peak of "
    "/workload/synthetic/rate_curve, until it was seen at that time of the cycle",
    Range::fraction());
  f("begin_s", begin, "where in the cycle the run begins; a week begins on Monday", Range::delay());
  f("cycle_s", cycle, "after which loads are expected to repeat: whole steps of step_s", Range::between(1, 1e9));
  f("step_s", step, "for which powers of opaque machines hold, and for which loads are expected",
    Range::between(1, 1e6));
  f("time_stretch", time_stretch,
    "factor on all times of machines but those of records (arrivals, lives, shape, step, cycle, which are given "
    "without "
    "it): 0.1 plays the week ten times faster",
    Range::between(1e-4, 1e3));
  f("seed", seed, "of the machines alone; absent: /seed");
}

std::size_t VmsConfig::steps() const {
  return static_cast<std::size_t>(std::round(cycle / step));
}

void VmsConfig::check(const Scope& scope) const {
  if (count && occupied_fraction) scope.at("count").problem("must not be given beside occupied_fraction");
  if (!path.empty() && (count || occupied_fraction))
    scope.at("path").problem("says how many machines there are: leave out count and occupied_fraction");
  if (group_most < group_least) scope.at("group_most").problem("must be at least group_least");
  const double steps_exactly = cycle / step;
  if (std::abs(steps_exactly - std::round(steps_exactly)) > 1e-9 || steps_exactly < 1)
    scope.at("cycle_s").problem("must be whole steps of step_s");
  else if (steps_exactly > 1e5) scope.at("cycle_s").problem("has more than 100,000 steps of step_s");
  std::set<std::string> named;
  for (std::size_t i = 0; i < endpoints.size(); ++i)
    if (!named.insert(endpoints[i].service).second)
      scope.at("endpoints").at(i).at("service").problem("is an endpoint already");
}

}  // namespace headroom

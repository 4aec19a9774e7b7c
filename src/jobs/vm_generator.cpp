#include "jobs/vm_generator.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

#include "base/random.hpp"
#include "jobs/vm_lifetimes.hpp"

namespace headroom {
namespace {

/// Of shapes a and b, by the ratio of gamma numbers.
double beta_number(RandomStream& random, double a, double b) {
  const double x = random.gamma(a, 1 / std::sqrt(a));
  const double y = random.gamma(b, 1 / std::sqrt(b));
  return x / (x + y);
}

class VmGenerator {
 public:
  VmGenerator(const VmsConfig& config, Seconds until, std::uint64_t seed)
      : config_(config),
        until_(until),
        order_(seed, "vms/order"),
        sizes_(seed, "vms/groups"),
        levels_(seed, "vms/levels"),
        phases_(seed, "vms/phases"),
        lives_(seed, "vms/lifetimes"),
        histories_(seed, "vms/history") {}

  VmList generate(const std::vector<Endpoint>& endpoints, std::size_t count) {
    const auto serving =
        endpoints.empty() ? 0
                          : static_cast<std::size_t>(std::round(config_.service_fraction * static_cast<double>(count)));
    stand(endpoints, serving, count - serving);
    go_on(endpoints);
    return std::move(list_);
  }

 private:
  struct Start {
    std::optional<std::size_t> endpoint;
    std::size_t machines;
  };
  /// When a machine is to leave, and its number.
  using Leaving = std::pair<double, std::size_t>;

  /// Groups come one after the other, in no order.
  void stand(const std::vector<Endpoint>& endpoints, std::size_t serving, std::size_t opaque) {
    std::vector<Start> starts;
    const auto sizes = divided(endpoints, serving);
    for (std::size_t i = 0; i < endpoints.size(); ++i) starts.push_back({i, sizes[i]});
    while (opaque > 0) {
      const std::size_t size = std::min(opaque, next_size());
      starts.push_back({std::nullopt, size});
      opaque -= size;
    }
    for (std::size_t i = starts.size(); i > 1; --i)
      std::swap(starts[i - 1], starts[static_cast<std::size_t>(order_.integer(0, i - 1))]);
    for (const Start& start : starts) {
      const std::uint32_t group = new_group();
      for (std::size_t i = 0; i < start.machines; ++i)
        add(Seconds(), life_left(lives_), group, start.endpoint ? &endpoints[*start.endpoint] : nullptr);
    }
  }

  void go_on(const std::vector<Endpoint>& endpoints) {
    std::size_t vacant = 0, next = next_size();
    while (!leaving_.empty() && leaving_.top().first < until_.value()) {
      const auto [date, number] = leaving_.top();
      leaving_.pop();
      const auto service = list_.machines[number].service;
      if (service) {
        const auto endpoint = std::ranges::find(endpoints, *service, &Endpoint::service);
        add(Seconds(date), life(lives_), list_.machines[number].group, &*endpoint);
      } else if (++vacant >= next) {
        const std::uint32_t group = new_group();
        for (std::size_t i = 0; i < next; ++i) add(Seconds(date), life(lives_), group, nullptr);
        vacant -= next;
        next = next_size();
      }
    }
  }

  std::size_t next_size() { return static_cast<std::size_t>(sizes_.integer(config_.group_least, config_.group_most)); }

  /// As many as the shares give, rounded down; what is left goes to those that lost most by that.
  static std::vector<std::size_t> divided(const std::vector<Endpoint>& endpoints, std::size_t machines) {
    double all = 0;
    for (const Endpoint& endpoint : endpoints) all += endpoint.share;
    std::vector<std::size_t> sizes;
    std::vector<std::pair<double, std::size_t>> rests;
    std::size_t given = 0;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      const double exact = static_cast<double>(machines) * endpoints[i].share / all;
      sizes.push_back(static_cast<std::size_t>(std::floor(exact + 1e-9)));
      rests.emplace_back(static_cast<double>(sizes[i]) - exact, i);
      given += sizes[i];
    }
    std::ranges::sort(rests);
    for (std::size_t i = 0; given < machines; ++i, ++given) ++sizes[rests[i].second];
    return sizes;
  }

  std::uint32_t new_group() {
    const VmLevelConfig& level = config_.level;
    VmGroup& group = list_.groups.emplace_back();
    const bool is_hot = levels_.uniform() < level.hot_group_fraction;
    group.level_fraction =
        is_hot ? level.hot_low_fraction + (level.hot_high_fraction - level.hot_low_fraction) * levels_.uniform()
               : level.low_fraction + level.span_fraction * beta_number(levels_, 1.5, 3);
    group.phase = config_.phase_spread * phases_.uniform() * config_.time_stretch;
    return static_cast<std::uint32_t>(list_.groups.size() - 1);
  }

  void add(Seconds arrival, Seconds lifetime, std::uint32_t group, const Endpoint* endpoint) {
    const std::size_t number = list_.machines.size();
    const Seconds stays = lifetime * config_.time_stretch;
    VmSpec& machine = list_.machines.emplace_back();
    machine.name = "vm" + std::to_string(number);
    machine.arrival = arrival;
    machine.lifetime = stays;
    machine.group = group;
    if (endpoint) machine.service = endpoint->service;
    machine.gpus = static_cast<std::uint16_t>(config_.gpus);
    machine.has_history = histories_.uniform() >= config_.history_missing_fraction;
    leaving_.emplace((arrival + stays).value(), number);
  }

  const VmsConfig& config_;
  Seconds until_;
  RandomStream order_, sizes_, levels_, phases_, lives_, histories_;
  VmList list_;
  std::priority_queue<Leaving, std::vector<Leaving>, std::greater<>> leaving_;
};

}  // namespace

VmList generate_vms(const VmsConfig& config, const std::vector<Endpoint>& endpoints, std::size_t count, Seconds until,
                    std::uint64_t seed) {
  return VmGenerator(config, until, seed).generate(endpoints, count);
}

}  // namespace headroom

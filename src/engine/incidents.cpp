#include "engine/incidents.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "headroom/placement.hpp"

namespace headroom {
namespace {

/// What still runs is handed back so long before the power goes.
constexpr Seconds kLastMoment{1.0};

}  // namespace

Incidents::Incidents(const IncidentsConfig& config, const Surroundings& around)
    : config_(config),
      fleet_(around.fleet),
      deployments_(around.deployments),
      budgets_(around.budgets),
      log_(around.log),
      queue_(around.queue) {
  queue_.on<&Incidents::happen>(EventKind::incident, *this);
  for (const EvictionConfig& eviction : config_.evictions) {
    at(eviction.at, [this, &eviction] { announce(eviction); });
    at(eviction.at + eviction.notice, [this, &eviction] { evict(eviction); });
  }
  for (const PowerLimitConfig& incident : config_.power_limits)
    at(incident.limit.at, [this, &incident] { limit(incident); });
  for (const AirflowLimitConfig& incident : config_.airflow_limits)
    at(incident.limit.at, [this, &incident] { limit(incident); });
}

void Incidents::at(Seconds date, std::function<void()> happening) {
  queue_.push(date, EventKind::incident, static_cast<std::uint32_t>(happenings_.size()));
  happenings_.push_back(std::move(happening));
}

/// It may ask for more to happen.
void Incidents::happen(const Event& event) {
  const auto happening = std::move(happenings_[event.target]);
  happening();
}

std::vector<ServerId> Incidents::servers_of(const EvictionConfig& eviction) const {
  std::vector<ServerId> servers;
  for (std::size_t i = 0; i < fleet_.servers().size(); ++i)
    if (std::ranges::any_of(eviction.nodes,
                            [&](const auto& node) { return is_at_or_under(fleet_.path(ServerId(i)), node); }))
      servers.emplace_back(i);
  return servers;
}

void Incidents::evict(const EvictionConfig& eviction) {
  log_.happened("evicted", join(eviction.nodes, ", "), "notice of " + shortest(eviction.notice.value()) + " s is over",
                queue_.now());
  fleet_.cut_power(servers_of(eviction));
}

void Incidents::announce(const EvictionConfig& eviction) {
  const std::string cause = "eviction in " + shortest(eviction.notice.value()) + " s";
  log_.happened("eviction_notice", join(eviction.nodes, ", "), cause, queue_.now());
  const auto servers = servers_of(eviction);
  fleet_.announce_leaving(servers);
  std::vector<InstanceId> serving, draining;
  for (const ServerId id : servers) {
    if (fleet_.servers()[id.index()].down) continue;
    for (const InstanceId on : fleet_.instances_on(id)) {
      const Status status = fleet_.view()[on].status;
      if (status == Status::up) serving.push_back(on);
      if (status == Status::draining) draining.push_back(on);
    }
  }
  const Seconds limit = std::max(Seconds(), eviction.notice - kLastMoment);
  for (const InstanceId id : draining) deployments_.hurry(id, limit);
  deployments_.drain(serving, limit, cause);
}

std::uint32_t Incidents::begin(const char* kind, const std::vector<std::string>& targets, const LimitTime& limit) {
  const auto begun =
      log_.happened(kind, join(targets, ", "), "for " + shortest(limit.duration.value()) + " s", queue_.now());
  log_.measure(begun, "limit_fraction", limit.fraction);
  return begun;
}

void Incidents::end(std::uint32_t begun, const char* kind, const std::vector<std::string>& targets) {
  log_.end(begun, queue_.now());
  log_.happened(kind, join(targets, ", "), "is over", queue_.now());
}

void Incidents::limit(const PowerLimitConfig& incident) {
  const std::uint32_t begun = begin("power_limit", incident.nodes, incident.limit);
  budgets_.begin_limit(incident.nodes, incident.limit.fraction);
  at(incident.limit.end(), [this, &incident, begun] {
    budgets_.end_limit(incident.nodes, incident.limit.fraction);
    end(begun, "power_limit", incident.nodes);
  });
}

void Incidents::limit(const AirflowLimitConfig& incident) {
  const auto targets = incident.aisles.empty() ? std::vector<std::string>{"all aisles"} : incident.aisles;
  const std::uint32_t begun = begin("airflow_limit", targets, incident.limit);
  thermal_->begin_air_limit(incident.aisles, incident.limit.fraction);
  at(incident.limit.end(), [this, &incident, targets, begun] {
    thermal_->end_air_limit(incident.aisles, incident.limit.fraction);
    end(begun, "airflow_limit", targets);
  });
}

}  // namespace headroom

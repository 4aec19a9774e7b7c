#include "engine/incidents.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "headroom/placement.hpp"

namespace headroom {
namespace {

/// What still runs is handed back so long before the power goes.
constexpr Seconds kLastMoment{1.0};

}  // namespace

/// Each eviction has two events: its notice (even) and its end.
Incidents::Incidents(const IncidentsConfig& config, Fleet& fleet, Deployments& deployments, EventLog& log,
                     EventQueue& queue)
    : config_(config), fleet_(fleet), deployments_(deployments), log_(log), queue_(queue) {
  queue_.on<&Incidents::happen>(EventKind::incident, *this);
  for (std::size_t i = 0; i < config_.evictions.size(); ++i) {
    queue_.push(config_.evictions[i].at, EventKind::incident, static_cast<std::uint32_t>(2 * i));
    queue_.push(config_.evictions[i].at + config_.evictions[i].notice, EventKind::incident,
                static_cast<std::uint32_t>(2 * i + 1));
  }
}

std::vector<ServerId> Incidents::servers_of(const EvictionConfig& eviction) const {
  std::vector<ServerId> servers;
  for (std::size_t i = 0; i < fleet_.servers().size(); ++i)
    if (std::ranges::any_of(eviction.nodes,
                            [&](const auto& node) { return is_at_or_under(fleet_.path(ServerId(i)), node); }))
      servers.emplace_back(i);
  return servers;
}

void Incidents::happen(const Event& event) {
  const EvictionConfig& eviction = config_.evictions[event.target / 2];
  if (event.target % 2 == 0) return announce(eviction);
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
    for (const SliceState& slice : fleet_.view().server(id).slices) {
      const auto status = slice.instance ? fleet_.view()[*slice.instance].status : Status::gone;
      if (status == Status::up) serving.push_back(*slice.instance);
      if (status == Status::draining) draining.push_back(*slice.instance);
    }
  }
  const Seconds limit = std::max(Seconds(), eviction.notice - kLastMoment);
  for (const InstanceId id : draining) deployments_.hurry(id, limit);
  deployments_.drain(serving, limit, cause);
}

}  // namespace headroom

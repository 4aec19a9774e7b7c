#include "control/actuation.hpp"

#include "base/text.hpp"

namespace headroom {
namespace {

// Each action: its channel, whom it concerns, what it does.

Channel channel(const LockClock&) {
  return Channel::clock_lock;
}
Channel channel(const CapPower&) {
  return Channel::power_cap;
}
Channel channel(const PowerBrake&) {
  return Channel::power_brake;
}
Channel channel(const Release& release) {
  return static_cast<Channel>(release.what);
}
Channel channel(const SetClock&) {
  return Channel::clock_set;
}
template <class Order>
Channel channel(const Order&) {
  return Channel::order;
}

template <class OnServer>
requires requires(const OnServer& action) {
  action.server;
}
std::string target(const OnServer& action, const Fleet& fleet) {
  return fleet.path(action.server);
}
template <class OnInstance>
requires requires(const OnInstance& action) {
  action.instance;
}
std::string target(const OnInstance& action, const Fleet& fleet) {
  return fleet.name(action.instance);
}
std::string target(const Share& share, const Fleet& fleet) {
  return "pool " + fleet.view().name(share.pool);
}
std::string target(const LimitJobs&, const Fleet&) {
  return "jobs";
}
std::string target(const EndJobs& end, const Fleet&) {
  return end.which == EndJobs::Which::largest ? "largest job" : "jobs";
}
std::string target(const Deploy& deploy, const Fleet& fleet) {
  std::vector<std::string> paths;
  for (const ServerId server : deploy.servers) paths.push_back(fleet.path(server));
  return join(paths, ", ");
}

/// What one instance is asked for applies while it serves.
std::optional<std::string> why_not(InstanceId id, const Fleet& fleet) {
  const InstanceState& state = fleet.view()[id];
  if (state.status == Status::gone) return "the instance is gone";
  if (!fleet.view().server(state.server).up) return "the server has no power";
  return std::nullopt;
}

template <class OnServer>
requires requires(const OnServer& action) {
  action.server;
}
std::optional<std::string> act(const OnServer& action, std::uint32_t decision, const Hands& hands) {
  hands.fleet.apply(action, decision);
  return std::nullopt;
}
std::optional<std::string> act(const SetClock& action, std::uint32_t, const Hands& hands) {
  if (auto why = why_not(action.instance, hands.fleet)) return why;
  hands.fleet.view().set_clock(action.instance, action.clock);
  Instance& instance = hands.fleet.instances()[action.instance.index()];
  instance.set_own_clock(action.clock, hands.fleet.now());
  if (action.stall > Seconds()) instance.stall(action.stall, hands.fleet.now());
  hands.fleet.touched(action.instance);
  return std::nullopt;
}
std::optional<std::string> act(const SetBatch& action, std::uint32_t, const Hands& hands) {
  if (auto why = why_not(action.instance, hands.fleet)) return why;
  hands.fleet.instances()[action.instance.index()].set_max_batch(action.sequences, hands.fleet.now());
  hands.fleet.touched(action.instance);
  return std::nullopt;
}
std::optional<std::string> act(const Deploy& action, std::uint32_t decision, const Hands& hands) {
  return hands.deployments.deploy(action, decision);
}
std::optional<std::string> act(const Allot& action, std::uint32_t, const Hands& hands) {
  hands.fleet.allot(action.server, action.pool);
  return std::nullopt;
}
std::optional<std::string> act(const Assign& action, std::uint32_t, const Hands& hands) {
  if (auto why = why_not(action.instance, hands.fleet)) return why;
  hands.deployments.assign(action.instance, action.pool);
  return std::nullopt;
}
std::optional<std::string> act(const Steer& action, std::uint32_t, const Hands& hands) {
  if (auto why = why_not(action.instance, hands.fleet)) return why;
  hands.fleet.view().set_weight(action.instance, action.weight);
  return std::nullopt;
}
std::optional<std::string> act(const Share& action, std::uint32_t, const Hands& hands) {
  hands.fleet.view().share(action.requests, action.pool, action.fraction);
  return std::nullopt;
}
std::optional<std::string> act(const Requeue& action, std::uint32_t, const Hands& hands) {
  if (auto why = why_not(action.instance, hands.fleet)) return why;
  hands.deployments.requeue_waiting(action.instance, action.newest_fraction);
  return std::nullopt;
}
std::optional<std::string> act(const Squash& action, std::uint32_t, const Hands& hands) {
  if (auto why = why_not(action.instance, hands.fleet)) return why;
  hands.deployments.squash(action.instance, action.targets);
  return std::nullopt;
}
std::optional<std::string> act(const LimitJobs& action, std::uint32_t, const Hands& hands) {
  hands.jobs->limit_jobs(action.cap_fraction);
  return std::nullopt;
}
std::optional<std::string> act(const EndJobs& action, std::uint32_t, const Hands& hands) {
  hands.jobs->end_jobs(action.which);
  return std::nullopt;
}

}  // namespace

Channel channel_of(const Action& action) {
  return std::visit([](const auto& a) { return channel(a); }, action);
}

std::string target_of(const Action& action, const Fleet& fleet) {
  return std::visit([&](const auto& a) { return target(a, fleet); }, action);
}

std::optional<std::string> apply(const Action& action, std::uint32_t decision, const Hands& hands) {
  return std::visit([&](const auto& a) { return act(a, decision, hands); }, action);
}

}  // namespace headroom

#include "control/decision_check.hpp"

#include <algorithm>
#include <cmath>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "control/reach_check.hpp"
#include "headroom/gpu.hpp"

namespace headroom {
namespace {

[[noreturn]] void broken(const std::string& kind, const std::string& policy, Seconds now, const std::string& rule) {
  throw PolicyError(kind + " " + policy + " broke its contract at " + shortest(now.value()) + " s: " + rule);
}

/// Holds the actions of one policy against what it saw; one `check` for each kind of action.
class ActionCheck {
 public:
  ActionCheck(const ActionLimits& limits, const std::string& policy, Seconds now)
      : fleet_(limits.fleet),
        world_(limits.world),
        tdp_(limits.tdp),
        has_jobs_(limits.has_jobs),
        policy_(policy),
        now_(now) {}

  void check(const LockClock& lock) const {
    check_server(lock.server);
    if (!supports(type_of(lock.server), lock.clock))
      refuse("locks " + name(lock.server) + " to " + mhz(lock.clock) + ", which its GPUs do not support");
  }
  void check(const CapPower& cap) const {
    check_server(cap.server);
    if (!(cap.per_gpu > Power()) || cap.per_gpu > tdp_[type_of(cap.server).index()])
      refuse("caps " + name(cap.server) + " at " + shortest(cap.per_gpu.value()) +
             " W per GPU, which must be above 0 and at most TDP");
  }
  void check(const PowerBrake& brake) const { check_server(brake.server); }
  void check(const Release& release) const { check_server(release.server); }

  void check(const SetClock& set) const {
    check_instance(set.instance);
    if (!supports(type_of(fleet_[set.instance].server), set.clock))
      refuse("sets " + name(set.instance) + " to " + mhz(set.clock) + ", which its GPUs do not support");
    if (!(set.stall >= Seconds() && std::isfinite(set.stall.value())))
      refuse("stalls " + name(set.instance) + " for " + shortest(set.stall.value()) + " s, which must be 0 or above");
  }
  void check(const SetBatch& set) const {
    check_instance(set.instance);
    if (set.sequences == 0) refuse("lets " + name(set.instance) + " batch 0 sequences; it must be at least 1");
  }
  void check(const Deploy& deploy) const {
    if (deploy.servers.empty()) refuse("deploys on no server");
    for (std::size_t i = 0; i < deploy.servers.size(); ++i) check_deployable(deploy, i);
    for (std::size_t i = 0; i < deploy.members.size(); ++i) check_member(deploy, i);
  }
  void check(const Allot& allot) const {
    check_server(allot.server);
    if (!allot.pool) return;
    check_pool(*allot.pool);
    const auto service = service_of(*allot.pool);
    if (service && !world_.services[service->index()].may_stand_on(allot.server))
      refuse("gives " + name(allot.server) + " to pool " + fleet_.name(*allot.pool) +
             ", whose service may not stand there");
  }
  void check(const Assign& assign) const {
    check_instance(assign.instance);
    check_pool(assign.pool);
    check_service(fleet_[assign.instance].variant, assign.pool);
  }
  void check(const Steer& steer) const {
    check_instance(steer.instance);
    if (!(steer.weight >= 0 && steer.weight <= 1e6))
      refuse("gives " + name(steer.instance) + " the weight " + shortest(steer.weight) +
             ", which must be from 0 to 1e6");
  }
  void check(const Share& share) const {
    if (share.requests.index() >= world_.classes.size())
      refuse("shares class " + std::to_string(share.requests.index()) + ", but there are " +
             std::to_string(world_.classes.size()));
    check_pool(share.pool);
    check_fraction(share.fraction, "shares " + shortest(share.fraction) + " of a class");
    const auto own = fleet_.own_pool(share.requests);
    if (own && service_of(*own) != service_of(share.pool))
      refuse("sends class " + world_.classes[share.requests.index()].name + " to pool " + fleet_.name(share.pool) +
             " of another service");
  }
  void check(const Requeue& requeue) const {
    check_instance(requeue.instance);
    check_fraction(requeue.newest_fraction, "hands back " + shortest(requeue.newest_fraction) + " of what waits");
  }
  void check(const Squash& squash) const {
    check_instance(squash.instance);
    if (!(squash.targets > 0 && std::isfinite(squash.targets)))
      refuse("squashes what waited " + shortest(squash.targets) + " targets, which must be above 0");
  }
  void check(const LimitJobs& limit) const {
    check_jobs();
    if (limit.cap_fraction && !(*limit.cap_fraction > 0 && *limit.cap_fraction <= 1))
      refuse("limits jobs to " + shortest(*limit.cap_fraction) + " of TDP, which must be above 0 and at most 1");
  }
  void check(const EndJobs&) const { check_jobs(); }

 private:
  [[noreturn]] void refuse(const std::string& rule) const { broken("controller", policy_, now_, rule); }
  static std::string name(ServerId id) { return "server " + std::to_string(id.index()); }
  static std::string name(InstanceId id) { return "instance " + std::to_string(id.index()); }
  static std::string mhz(Hertz clock) { return shortest(clock.value() / 1e6) + " MHz"; }
  [[nodiscard]] TypeId type_of(ServerId id) const { return fleet_.server(id).type; }
  [[nodiscard]] bool supports(TypeId type, Hertz clock) const {
    return std::ranges::any_of(world_.clocks[type.index()], [clock](Hertz c) { return same_clock(c, clock); });
  }
  [[nodiscard]] std::optional<ServiceId> service_of(PoolId pool) const {
    for (std::size_t s = 0; s < world_.services.size(); ++s)
      if (std::ranges::find(world_.services[s].pools, pool) != world_.services[s].pools.end()) return ServiceId(s);
    return std::nullopt;
  }

  void check_jobs() const {
    if (!has_jobs_) refuse("acts on training jobs, but there are none");
  }
  void check_server(ServerId id) const {
    if (id.index() >= fleet_.servers())
      refuse("acts on server " + std::to_string(id.index()) + ", but there are " + std::to_string(fleet_.servers()));
  }
  void check_instance(InstanceId id) const {
    if (id.index() >= fleet_.instances())
      refuse("acts on instance " + std::to_string(id.index()) + ", but there are " +
             std::to_string(fleet_.instances()));
    if (fleet_[id].status == Status::gone) refuse("acts on " + name(id) + ", which is gone");
  }
  void check_pool(PoolId id) const {
    if (id.index() >= fleet_.pools())
      refuse("names pool " + std::to_string(id.index()) + ", but there are " + std::to_string(fleet_.pools()));
  }
  void check_fraction(double fraction, const std::string& what) const {
    if (!(fraction >= 0 && fraction <= 1)) refuse(what + ", which must be from 0 to 1");
  }
  void check_service(VariantId variant, PoolId pool) const {
    if (world_.variants[variant.index()].service != service_of(pool))
      refuse("puts variant " + std::to_string(variant.index()) + " into pool " + fleet_.name(pool) +
             " of another service");
  }
  void check_deployable(const Deploy& deploy, std::size_t i) const {
    const ServerId id = deploy.servers[i];
    check_server(id);
    if (std::ranges::count(deploy.servers, id) > 1) refuse("deploys on " + name(id) + " twice");
    if (fleet_.is_in_transition(id)) refuse("deploys on " + name(id) + ", where an instance starts or drains");
    if (!fleet_.server(id).up) refuse("deploys on " + name(id) + ", which has no power");
    for (const SliceState& slice : fleet_.server(id).slices)
      if (slice.instance && world_.variants[fleet_[*slice.instance].variant.index()].gpus > fleet_.server(id).gpus)
        refuse("deploys on " + name(id) + ", where an instance of several servers stands");
  }
  void check_member(const Deploy& deploy, std::size_t i) const {
    const Member& member = deploy.members[i];
    if (std::ranges::find(deploy.servers, member.server) == deploy.servers.end())
      refuse("deploys a member on " + name(member.server) + ", which it does not name");
    if (member.variant.index() >= world_.variants.size())
      refuse("deploys variant " + std::to_string(member.variant.index()) + ", but there are " +
             std::to_string(world_.variants.size()));
    check_pool(member.pool);
    check_service(member.variant, member.pool);
    const Variant& variant = world_.variants[member.variant.index()];
    const ServerState& server = fleet_.server(member.server);
    if (!world_.services[variant.service.index()].may_stand_on(member.server))
      refuse("deploys variant " + std::to_string(member.variant.index()) + " on " + name(member.server) +
             ", where its service may not stand: a job has it, or it is none of the service's nodes");
    if (variant.server_type != server.type)
      refuse("deploys variant " + std::to_string(member.variant.index()) + " on " + name(member.server) +
             ", which is of another type");
    if (variant.gpus == 0)
      refuse("deploys variant " + std::to_string(member.variant.index()) +
             ", whose instances stand on CPU cores from the start");
    if (member.first_gpu + variant.gpus > server.gpus)
      refuse("deploys variant " + std::to_string(member.variant.index()) + " on GPUs " +
             std::to_string(member.first_gpu) + " to " + std::to_string(member.first_gpu + variant.gpus - 1) + " of " +
             name(member.server) + ", which has " + std::to_string(server.gpus));
    for (std::size_t j = 0; j < i; ++j) {
      const Member& other = deploy.members[j];
      const std::uint16_t gpus = world_.variants[other.variant.index()].gpus;
      if (other.server == member.server && overlap(member.first_gpu, variant.gpus, other.first_gpu, gpus))
        refuse("deploys two members on GPU " + std::to_string(std::max(member.first_gpu, other.first_gpu)) + " of " +
               name(member.server));
    }
    for (const SliceState& slice : server.slices)
      if (!slice.instance && overlap(member.first_gpu, variant.gpus, slice.first_gpu, slice.gpus))
        refuse("deploys on GPU " + std::to_string(std::max(member.first_gpu, slice.first_gpu)) + " of " +
               name(member.server) + ", which a job or tenant has");
  }

  const FleetView& fleet_;
  const World& world_;
  std::span<const Power> tdp_;
  bool has_jobs_;
  const std::string& policy_;
  Seconds now_;
};

}  // namespace

void check_route(const Route& route, const FleetView& fleet, const std::string& policy, const Request& request) {
  const auto check_exists = [&](InstanceId id) {
    if (id.index() >= fleet.instances())
      broken("router", policy, request.arrival,
             "request " + std::to_string(request.id) + " goes to instance " + std::to_string(id.index()) +
                 ", but there are " + std::to_string(fleet.instances()));
  };
  check_exists(route.serve);
  if (!route.decode) return;
  check_exists(*route.decode);
  if (*route.decode == route.serve)
    broken("router", policy, request.arrival,
           "request " + std::to_string(request.id) + " goes to instance " + std::to_string(route.serve.index()) +
               " and from there to the same: name it once");
}

void check_hand_over(const Route& route, bool can_travel, bool is_same_model, const std::string& policy,
                     const Request& request) {
  const std::string pair = "request " + std::to_string(request.id) + " goes from instance " +
                           std::to_string(route.serve.index()) + " to " + std::to_string(route.decode->index());
  if (!can_travel) broken("router", policy, request.arrival, pair + ", but the scenario has no network");
  if (!is_same_model) broken("router", policy, request.arrival, pair + ", which runs another model");
}

void check_action(const Action& action, const ActionLimits& limits, const std::string& policy, Seconds now) {
  const ActionCheck check(limits, policy, now);
  std::visit([&](const auto& a) { check.check(a); }, action);
  if (const auto rule = out_of_reach(action, limits.reach, limits.fleet)) broken("controller", policy, now, *rule);
}

}  // namespace headroom

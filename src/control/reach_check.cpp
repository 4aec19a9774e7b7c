#include "control/reach_check.hpp"

#include <algorithm>

namespace headroom {
namespace {

/// Holds actions against a scope; one call for each kind of action.
class ReachCheck {
 public:
  ReachCheck(const Reach& reach, const FleetView& fleet) : reach_(reach), fleet_(fleet) {}

  template <class OnServer>
  requires requires(const OnServer& action) { action.server; }
  std::optional<std::string> operator()(const OnServer& action) const { return of(action.server); }
  template <class OnInstance>
  requires requires(const OnInstance& action) { action.instance; }
  std::optional<std::string> operator()(const OnInstance& action) const { return of(action.instance); }
  std::optional<std::string> operator()(const Allot& allot) const {
    if (auto rule = of(allot.server)) return rule;
    return allot.pool ? of(*allot.pool) : std::nullopt;
  }
  std::optional<std::string> operator()(const Share& share) const { return of(share.pool); }
  std::optional<std::string> operator()(const LimitJobs&) const { return of_jobs(); }
  std::optional<std::string> operator()(const EndJobs&) const { return of_jobs(); }
  std::optional<std::string> operator()(const Assign& assign) const {
    if (auto rule = of(assign.instance)) return rule;
    return of(assign.pool);
  }
  /// What stands there for others stays as it is.
  std::optional<std::string> operator()(const Deploy& deploy) const {
    for (const ServerId server : deploy.servers) {
      if (auto rule = of(server)) return rule;
      for (const SliceState& slice : fleet_.server(server).slices)
        if (slice.instance && !reach_.holds(fleet_[*slice.instance].pool) &&
            std::ranges::none_of(deploy.members, [&](const Member& m) { return is_it(m, server, slice); }))
          return of(*slice.instance);
    }
    for (const Member& member : deploy.members)
      if (!reach_.holds(member.pool) &&
          std::ranges::none_of(fleet_.server(member.server).slices,
                               [&](const SliceState& slice) { return is_it(member, member.server, slice); }))
        return of(member.pool);
    return std::nullopt;
  }

 private:
  static constexpr const char* kOutside = ", which is outside its scope";

  [[nodiscard]] static std::optional<std::string> of_jobs() {
    return std::string("acts on training jobs, which are outside its scope");
  }
  [[nodiscard]] std::optional<std::string> of(ServerId id) const {
    if (reach_.holds(id)) return std::nullopt;
    return "acts on server " + std::to_string(id.index()) + kOutside;
  }
  [[nodiscard]] std::optional<std::string> of(PoolId id) const {
    if (reach_.holds(id)) return std::nullopt;
    return "acts on pool " + fleet_.name(id) + kOutside;
  }
  [[nodiscard]] std::optional<std::string> of(InstanceId id) const {
    if (reach_.holds(fleet_[id].pool)) return std::nullopt;
    return "acts on instance " + std::to_string(id.index()) + " of pool " + fleet_.name(fleet_[id].pool) + kOutside;
  }
  [[nodiscard]] bool is_it(const Member& member, ServerId server, const SliceState& slice) const {
    if (!slice.instance || member.server != server || member.first_gpu != slice.first_gpu) return false;
    const InstanceState& stands = fleet_[*slice.instance];
    return stands.variant == member.variant && stands.pool == member.pool;
  }

  const Reach& reach_;
  const FleetView& fleet_;
};

}  // namespace

std::optional<std::string> out_of_reach(const Action& action, const Reach& reach, const FleetView& fleet) {
  if (reach.is_everything()) return std::nullopt;
  return std::visit(ReachCheck(reach, fleet), action);
}

}  // namespace headroom

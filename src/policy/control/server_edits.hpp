#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "headroom/controller.hpp"

namespace headroom {

/// What a decision changes on servers, put together so that each server gets one deployment. Servers where an instance
/// starts or drains are left alone.
class ServerEdits {
 public:
  explicit ServerEdits(const ControlView& view) : view_(view) {}

  /// So many instances of a variant on the lowest free GPUs; how many find some.
  std::uint32_t add(PoolId pool, VariantId variant, std::uint32_t missing) {
    const Variant& of = view_.world.variants[variant.index()];
    std::uint32_t added = 0;
    for (const ServerId id : view_.world.services[of.service.index()].servers) {
      if (added == missing) break;
      const ServerState& server = view_.fleet.server(id);
      if (server.type != of.server_type || !view_.reach.holds(id) || !is_usable(id)) continue;
      for (std::uint16_t first = 0; first + of.gpus <= server.gpus && added < missing;
           first = static_cast<std::uint16_t>(first + of.gpus)) {
        if (!is_free(id, first, of.gpus)) continue;
        members_of(id).push_back({variant, pool, id, first});
        ++added;
      }
    }
    return added;
  }

  /// So many of a pool, those with the fewest requests first.
  void remove(PoolId pool, std::uint32_t excess) {
    std::vector<InstanceId> idlest;
    for (const InstanceId id : view_.fleet.members(pool))
      if (const ServerId on = view_.fleet[id].server; view_.reach.holds(on) && is_usable(on)) idlest.push_back(id);
    std::ranges::stable_sort(idlest, {}, [&](InstanceId id) { return view_.fleet[id].load.outstanding; });
    idlest.resize(std::min<std::size_t>(idlest.size(), excess));
    for (const InstanceId id : idlest) {
      const ServerId on = view_.fleet[id].server;
      const auto stands = std::ranges::find(view_.fleet.server(on).slices, std::optional(id), &SliceState::instance);
      std::erase_if(members_of(on), [&](const Member& member) { return member.first_gpu == stands->first_gpu; });
    }
  }

  void add_to(Actions& actions) {
    for (auto& [id, members] : members_) actions.add(Deploy{{id}, std::move(members)});
  }

 private:
  [[nodiscard]] bool is_usable(ServerId id) const {
    const ServerState& server = view_.fleet.server(id);
    return server.up && !server.leaving && !view_.fleet.is_in_transition(id);
  }

  [[nodiscard]] bool is_free(ServerId id, std::uint16_t first, std::uint16_t gpus) const {
    for (const SliceState& slice : view_.fleet.server(id).slices)
      if (overlap(first, gpus, slice.first_gpu, slice.gpus)) return false;
    const auto edited = members_.find(id);
    if (edited == members_.end()) return true;
    return std::ranges::none_of(edited->second, [&](const Member& member) {
      return overlap(first, gpus, member.first_gpu, view_.world.variants[member.variant.index()].gpus);
    });
  }

  /// What a server is to hold; at first what stands there.
  std::vector<Member>& members_of(ServerId id) {
    const auto [at, is_new] = members_.try_emplace(id);
    if (is_new)
      for (const SliceState& slice : view_.fleet.server(id).slices)
        if (slice.instance)
          at->second.push_back(
              {view_.fleet[*slice.instance].variant, view_.fleet[*slice.instance].pool, id, slice.first_gpu});
    return at->second;
  }

  const ControlView& view_;
  std::map<ServerId, std::vector<Member>> members_;
};

}  // namespace headroom

// Who sits on GPUs and CPU cores of servers, and what policies see of that.
#include <algorithm>

#include "base/assert.hpp"
#include "fleet/fleet.hpp"

namespace headroom {

bool Fleet::are_free(ServerId server, std::uint16_t first_gpu, std::uint16_t gpus) const {
  return std::ranges::none_of(servers_[server.index()].slices, [&](SliceId id) {
    const Slice& other = slices_[id.index()];
    return overlap(first_gpu, gpus, other.first_gpu, other.gpus);
  });
}

/// What it stands on is free no more.
void Fleet::take(const Slice& slice, SliceId id) {
  if (slice.on_cores()) {
    CoreSide& side = cores_[slice.server.index()];
    check_that(slice.cpu_cores <= side.free_cores, "CPU cores of a slice are free");
    side.free_cores = static_cast<std::uint16_t>(side.free_cores - slice.cpu_cores);
    side.slices.push_back(id);
    return;
  }
  Server& server = servers_[slice.server.index()];
  check_that(slice.first_gpu + slice.gpus <= server.gpus && are_free(slice.server, slice.first_gpu, slice.gpus),
             "GPUs of a slice are free");
  const auto place = std::ranges::lower_bound(server.slices, slice.first_gpu, {},
                                              [&](SliceId other) { return slices_[other.index()].first_gpu; });
  server.slices.insert(place, id);
  server.free_gpus = static_cast<std::uint16_t>(server.free_gpus - slice.gpus);
}

std::vector<InstanceId> Fleet::instances_on(ServerId id) const {
  std::vector<InstanceId> on;
  for (const SliceId slice : servers_[id.index()].slices)
    if (slices_[slice.index()].occupant == Occupant::instance) on.emplace_back(slices_[slice.index()].number);
  for (const SliceId slice : core_slices(id)) on.emplace_back(slices_[slice.index()].number);
  return on;
}

SliceId Fleet::occupy(const Slice& slice) {
  const Server& server = servers_[slice.server.index()];
  const SliceId id(slices_.size());
  take(slice, id);
  slices_.push_back(slice);
  gpu_books_.move(slice.gpus, GpuUse::idle, slice.use, now());
  show_slices(slice.server);
  if (server.gpu_power_w >= 0 && slice.occupant != Occupant::cohort) refresh_power(slice.server);
  for (SliceWatch* watch : watches_) watch->occupied(id);
  return id;
}

void Fleet::vacate(SliceId id) {
  Slice& slice = slices_[id.index()];
  Server& server = servers_[slice.server.index()];
  std::erase(server.slices, id);
  if (slice.on_cores()) {
    CoreSide& side = cores_[slice.server.index()];
    std::erase(side.slices, id);
    side.free_cores = static_cast<std::uint16_t>(side.free_cores + slice.cpu_cores);
  }
  gpu_books_.move(slice.gpus, slice.use, server.down ? GpuUse::down : GpuUse::idle, now());
  server.free_gpus = static_cast<std::uint16_t>(server.free_gpus + slice.gpus);
  slice.per_gpu = {};
  show_slices(slice.server);
  if (slice.occupant == Occupant::cohort) server.jobs_add = {};
  else refresh_power(slice.server);
  if (server.slices.empty() && !view_.server(slice.server).pool) book_holder(slice.server, std::nullopt);
  for (SliceWatch* watch : watches_) watch->vacated(id);
}

/// Puts into the view who sits on a server, and so whom it serves.
void Fleet::show_slices(ServerId id) {
  std::vector<SliceState>& shown = view_.server(id).slices;
  shown.clear();
  for (const SliceId on : servers_[id.index()].slices) {
    const Slice& slice = slices_[on.index()];
    SliceState& state = shown.emplace_back(SliceState{slice.first_gpu, slice.gpus, std::nullopt});
    if (slice.occupant == Occupant::instance) state.instance = InstanceId(slice.number);
  }
  show_priority(id);
}

/// Jobs and tenants count as low.
void Fleet::show_priority(ServerId id) {
  ServerState& server = view_.server(id);
  const auto serves_high = [&](InstanceId on) { return priority_of_pool_[view_[on].pool.index()] == Priority::high; };
  server.priority.reset();
  if (!server.slices.empty() || !core_slices(id).empty())
    server.priority = std::ranges::any_of(instances_on(id), serves_high) ? Priority::high : Priority::low;
}

}  // namespace headroom

#include "jobs/worker_books.hpp"

namespace headroom {

WorkerBooks::Life& WorkerBooks::life(SliceId id) {
  if (lives_.size() <= id.index()) lives_.resize(id.index() + 1);
  return lives_[id.index()];
}

void WorkerBooks::occupied(SliceId id) {
  life(id).begin = fleet_.now();
}

void WorkerBooks::vacated(SliceId id) {
  end(id);
}

void WorkerBooks::power_cut(std::span<const ServerId> servers) {
  for (const ServerId server : servers) {
    for (const SliceId id : fleet_.servers()[server.index()].slices) end(id);
    for (const SliceId id : fleet_.core_slices(server)) end(id);
  }
}

/// Where it lives.
void WorkerBooks::end(SliceId id) {
  if (!life(id).end) life(id).end = fleet_.now();
}

void WorkerBooks::add(const Slice& slice, double hours, Energy energy, WorkerResult& pool) const {
  const HardwareConfig& hardware = fleet_.hardware_of(slice.server);
  if (slice.on_cores()) {
    pool.core_hours = pool.core_hours.value_or(0) + slice.cpu_cores * hours;
    pool.core_energy = pool.core_energy.value_or(Energy()) + energy;
  } else {
    pool.gpu_hours += slice.gpus * hours;
    pool.gpu_energy += energy;
  }
  const auto price = slice.on_cores() ? hardware.cpu_core_cost_usd_per_h : hardware.gpu_cost_usd_per_h;
  if (price) pool.cost_usd = pool.cost_usd.value_or(0) + (slice.gpus + slice.cpu_cores) * hours * *price;
}

std::vector<WorkerResult> WorkerBooks::finish() const {
  std::vector<WorkerResult> pools(fleet_.view().pools());
  for (std::size_t i = 0; i < pools.size(); ++i) pools[i].pool = fleet_.view().name(PoolId(i));
  for (std::size_t i = 0; i < fleet_.slices().size(); ++i) {
    const Slice& slice = fleet_.slices()[i];
    if (slice.occupant != Occupant::instance) continue;
    const InstanceId id(slice.number);
    const Life life = i < lives_.size() ? lives_[i] : Life();
    const double hours = (life.end.value_or(fleet_.now()) - life.begin).value() / 3600;
    WorkerResult& pool = pools[fleet_.view()[id].pool.index()];
    ++pool.instances;
    add(slice, hours, fleet_.instances()[id.index()].gpu_energy(fleet_.now()), pool);
  }
  return pools;
}

}  // namespace headroom

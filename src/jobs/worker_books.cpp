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
  life(id).end = fleet_.now();
}

std::vector<WorkerResult> WorkerBooks::finish() const {
  std::vector<WorkerResult> pools(fleet_.view().pools());
  for (std::size_t i = 0; i < pools.size(); ++i) pools[i].pool = fleet_.view().name(PoolId(i));
  for (std::size_t i = 0; i < fleet_.slices().size(); ++i) {
    const Slice& slice = fleet_.slices()[i];
    if (slice.occupant != Occupant::instance) continue;
    const InstanceId id(slice.number);
    const Life life = i < lives_.size() ? lives_[i] : Life();
    const double hours = slice.gpus * (life.end.value_or(fleet_.now()) - life.begin).value() / 3600;
    WorkerResult& pool = pools[fleet_.view()[id].pool.index()];
    ++pool.instances;
    pool.gpu_hours += hours;
    pool.gpu_energy += fleet_.instances()[id.index()].gpu_energy(fleet_.now());
    if (const auto price = fleet_.hardware_of(slice.server).gpu_cost_usd_per_h)
      pool.cost_usd = pool.cost_usd.value_or(0) + hours * *price;
  }
  return pools;
}

}  // namespace headroom

// Re-shards while the old instances serve on: weights travel between the GPUs of a server, then those that are replaced
// stop and hand back what they hold, and the new ones serve.
#include <algorithm>

#include "fleet/deployments.hpp"
#include "model/gpu_memory.hpp"
#include "policy/dynamo/reshard_time.hpp"

namespace headroom {
namespace {

/// Bytes of weights on each GPU of an instance.
double part_bytes(const VariantSpec& variant) {
  return weight_bytes(variant) / variant.gpus;
}

}  // namespace

/// Where what is replaced on one server is the same model in other parts.
bool Deployments::moves_parts(const Deploy& wanted, const Change& change) const {
  if (wanted.servers.size() != 1 || change.leaving.empty() || change.added.empty()) return false;
  const VariantSpec& added = fleet_.variants()[change.added.front().member.variant].spec;
  const auto is_same = [&](VariantId id) { return fleet_.variants()[id].spec.holds_same_model(added); };
  return added.start.nvlink_part &&
         std::ranges::all_of(change.added, [&](const Waiting& one) { return is_same(one.member.variant); }) &&
         std::ranges::all_of(change.leaving, [&](InstanceId id) { return is_same(fleet_.view()[id].variant); });
}

/// Whether each GPU holds the larger of its old and its new part, beside the KV cache that is in use.
bool Deployments::fits_beside(const Change& change) const {
  for (const InstanceId id : change.leaving) {
    const VariantSpec& old = fleet_.variants()[fleet_.view()[id].variant].spec;
    double part = part_bytes(old);
    const Slice& slice = fleet_.slices()[fleet_.slice_of(id).index()];
    for (const Waiting& added : change.added) {
      const VariantSpec& spec = fleet_.variants()[added.member.variant].spec;
      if (overlap(slice.first_gpu, slice.gpus, added.member.first_gpu, spec.gpus))
        part = std::max(part, part_bytes(spec));
    }
    const double used = static_cast<double>(fleet_.instances()[id.index()].kv_used_tokens());
    const double cache = used * kv_bytes_per_token(old) / old.gpus;
    if (part + cache > usable_bytes(old.model, old.hardware.gpu, old.stack)) return false;
  }
  return true;
}

void Deployments::begin_to_move(const Deploy& wanted, Change change) {
  const ServerId server = wanted.servers.front();
  const StartUpConfig& start = fleet_.variants()[change.added.front().member.variant].spec.start;
  Split from, to;
  for (const SliceState& slice : fleet_.view().server(server).slices) from.push_back(slice.gpus);
  for (const Member& member : wanted.members) to.push_back(fleet_.variants()[member.variant].spec.gpus);
  const double parts = moves(from, to, fleet_.view().server(server).gpus);
  const bool fits = fits_beside(change);
  const Seconds takes = *start.nvlink_part * parts + (fits ? start.sync : Seconds());
  fleet_.view().server(server).moving = true;
  moving_.push_back(Moving{server, std::move(change), fits});
  queue_.push(on_grid(queue_.now() + takes), EventKind::reshard, static_cast<std::uint32_t>(moving_.size() - 1));
}

/// What has lost its power meanwhile is no more; what is about to lose it stays as it is.
void Deployments::switch_over(const Event& event) {
  if (!moving_[event.target]) return;
  Moving moving = *std::move(moving_[event.target]);
  moving_[event.target].reset();
  ServerState& server = fleet_.view().server(moving.server);
  server.moving = false;
  if (server.leaving) return note_not_applied();
  std::vector<Sequence> back;
  for (const InstanceId id : moving.change.leaving) {
    ++result_.drains;
    fleet_.set_status(id, Status::draining);
    fleet_.instances()[id.index()].hand_back_all(queue_.now(), back);
    fleet_.touched(id);
  }
  for (Waiting& added : moving.change.added) {
    const VariantSpec& spec = fleet_.variants()[added.member.variant].spec;
    added.phases = {{moving.fits ? Seconds() : spec.start.sync, spec.hardware.gpu_power.idle_loaded}};
    waiting_.push_back(std::move(added));
  }
  for (const InstanceId id : moving.change.leaving) stop(id, "its GPUs are split anew");  // who waits for them is next
  start_those_that_fit();
  hand_back(back);
}

}  // namespace headroom

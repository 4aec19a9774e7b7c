#include "engine/front_door.hpp"

#include <algorithm>

#include "base/problem.hpp"
#include "control/decision_check.hpp"

namespace headroom {

FrontDoor::FrontDoor(RequestSource& source, const Recipe<Router>& router, bool has_network, const World& world,
                     Fleet& fleet, RequestLedger& ledger, PromptPrefixes* prompts, EventQueue& queue)
    : source_(source),
      router_(router.make()),
      policy_(router.kind),
      has_network_(has_network),
      world_(world),
      fleet_(fleet),
      ledger_(ledger),
      prompts_(prompts),
      queue_(queue),
      unfit_(fleet.view().pools()) {
  if (router_->hands_over()) fleet_.add_idle(*this);
  for (const Order order : router_->orders()) fleet_.view().keep(order);
  if (router_->follows_arrivals()) fleet_.view().follow_arrivals();
  router_->begin(world_);
  queue_.on<&FrontDoor::arrive>(EventKind::arrival, *this);
}

void FrontDoor::fetch_next() {
  if (!source_.next(next_)) return ledger_.no_more_arrivals();
  if (prompts_) prompts_->add(next_.id, source_.blocks());
  queue_.push(next_.arrival, EventKind::arrival);
}

void FrontDoor::arrive(const Event&) {
  Request request = next_;
  if (request.images > 0) images(request).count_tokens(request);
  if (world_.foresight) request.taken_for = world_.foresight->class_of(request);
  ledger_.arrived(request);
  fleet_.demand().arrived(request.seen_class(), request, request.arrival);
  if (request.images > 0) {
    images_->come(request);
    return fetch_next();
  }
  const auto why_not = place(request, 0, [&](Instance& instance, std::optional<InstanceId> decode_at) {
    if (!ledger_.answers().empty()) ledger_.answers().set(request, fleet_.view()[instance.id()].variant);
    return instance.offer(request, queue_.now(), decode_at);
  });
  if (why_not) ledger_.rejected(request, *why_not);
  fetch_next();
}

ImageStage& FrontDoor::images(const Request& request) const {
  if (images_ == nullptr || !images_->serves(request))
    throw InputError("/workload", "a request brings images, but its service does not say what they are: `images`");
  return *images_;
}

StageDesk::Taken FrontDoor::submit(const Request& request) {
  Taken taken;
  taken.why_not = place(request, 0, [&](Instance& instance, std::optional<InstanceId> decode_at) {
    taken.by = instance.id();
    return instance.offer(request, queue_.now(), decode_at);
  });
  if (!taken.why_not) come(request);
  return taken;
}

StageDesk::Taken FrontDoor::submit_to(const Request& request, InstanceId id) {
  Taken taken{.why_not = std::nullopt, .by = id};
  const std::uint64_t tokens = std::uint64_t{request.input_tokens} + request.output_tokens;
  if (const std::uint64_t most = fleet_.instances()[id.index()].kv_capacity_tokens(); tokens > most)
    taken.why_not = too_long(fleet_.view()[id].pool, tokens, most);
  else taken.why_not = offer(request, taken);
  if (!taken.why_not) come(request);
  return taken;
}

/// A stage that somebody took counts as a request that came.
void FrontDoor::come(const Request& request) {
  ledger_.arrived(request);
  fleet_.demand().arrived(request.seen_class(), request, queue_.now());
}

StageDesk::Taken FrontDoor::choose(const Request& request) {
  Taken taken;
  taken.why_not = place(request, 0, [&](Instance& instance, std::optional<InstanceId> decode_at) {
    taken.by = instance.id();
    taken.decode_at = decode_at;
    return true;
  });
  return taken;
}

std::optional<Rejection> FrontDoor::offer(const Request& request, const Taken& chosen) {
  const auto is_up = [&](InstanceId id) { return fleet_.view()[id].load.up; };
  std::optional<Rejection> why_not;
  if (!is_up(chosen.by) || (chosen.decode_at && !is_up(*chosen.decode_at))) why_not = Rejection::no_instance;
  else if (!fleet_.instances()[chosen.by.index()].offer(request, queue_.now(), chosen.decode_at))
    why_not = Rejection::queue_full;
  if (!why_not) fleet_.touched(chosen.by);
  else if (chosen.decode_at) fleet_.forget_expected(*chosen.decode_at, request);
  return why_not;
}

void FrontDoor::again(const Sequence& sequence) {
  const auto why_not =
      place(sequence.request, sequence.generated_tokens, [&](Instance& instance, std::optional<InstanceId> decode_at) {
        Sequence resumed = sequence;
        resumed.decode_at = decode_at;
        return instance.resume(resumed, queue_.now());
      });
  if (why_not) ledger_.turned_away(sequence, *why_not);
}

/// Finds who takes a request, of which so much has been generated, as `offer(instance, decode_at)` gives it; returns
/// why, where nobody does.
template <class Offer>
std::optional<Rejection> FrontDoor::place(const Request& request, std::uint32_t generated, Offer offer) {
  const FleetView& view = fleet_.view();
  const std::uint64_t tokens = std::uint64_t{request.input_tokens} + request.output_tokens;
  const auto pool = view.pool_for(request);
  if (const std::uint64_t most = pool && !router_->leaves_pools() ? fleet_.kv_capacity_tokens(*pool) : 0;
      tokens > most && most > 0)
    return too_long(*pool, tokens, most);
  const auto chosen = router_->route(request, view);
  fleet_.view().sent(request.seen_class());
  if (!chosen) return why_not_chosen(request, pool);
  check_route(*chosen, view, policy_, request);
  if (fleet_.is_large()) fleet_.prefetch_instance(chosen->serve);
  if (chosen->decode) check_pair(*chosen, request);
  // The last token needs nobody to go on.
  const auto decode_at = generated + 1 < request.output_tokens ? chosen->decode : std::nullopt;
  Instance& instance = fleet_.instances()[chosen->serve.index()];
  const InstanceId last = decode_at.value_or(chosen->serve);
  if (const std::uint64_t most = fleet_.instances()[last.index()].kv_capacity_tokens(); tokens > most)
    return too_long(view[last].pool, tokens, most);
  const std::uint64_t prompt = std::uint64_t{request.input_tokens} + 1;
  if (prompt > instance.kv_capacity_tokens())
    return too_long(view[chosen->serve].pool, prompt, instance.kv_capacity_tokens());
  const auto is_up = [&](InstanceId id) { return view[id].status == Status::up && view[id].load.up; };
  if (!is_up(chosen->serve) || (decode_at && !is_up(*decode_at))) return Rejection::no_instance;
  if (decode_at) fleet_.expect(*decode_at, request);
  if (!offer(instance, decode_at)) {
    if (decode_at) fleet_.forget_expected(*decode_at, request);
    return Rejection::queue_full;
  }
  if (view.follows_arrivals()) fleet_.pool_demand().arrived(view[chosen->serve].pool, request, queue_.now());
  fleet_.view().sent(chosen->serve, request, queue_.now());
  fleet_.touched(chosen->serve);
  return std::nullopt;
}

/// A KV cache can travel only between instances of one model, over a network.
void FrontDoor::check_pair(const Route& route, const Request& request) const {
  const auto& variants = fleet_.variants();
  const VariantSpec& from = variants[fleet_.view()[route.serve].variant].spec;
  const VariantSpec& to = variants[fleet_.view()[*route.decode].variant].spec;
  const bool is_same_model = from.model.name == to.model.name && kv_bytes_per_token(from) == kv_bytes_per_token(to);
  check_hand_over(route, has_network_, is_same_model, policy_, request);
}

Rejection FrontDoor::too_long(PoolId pool, std::uint64_t tokens, std::uint64_t kv_capacity_tokens) {
  Unfit& unfit = unfit_[pool.index()];
  ++unfit.requests;
  if (tokens > unfit.longest_tokens) {
    unfit.longest_tokens = tokens;
    unfit.kv_capacity_tokens = kv_capacity_tokens;
  }
  return Rejection::too_long;
}

/// The router's doing only where an instance was open that could hold it.
Rejection FrontDoor::why_not_chosen(const Request& request, std::optional<PoolId> pool) const {
  const FleetView& view = fleet_.view();
  const auto takes = [&](InstanceId id) { return view[id].is_open() && view[id].holds(request); };
  return pool && std::ranges::any_of(view.members(*pool), takes) ? Rejection::router : Rejection::no_instance;
}

}  // namespace headroom

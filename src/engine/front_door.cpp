#include "engine/front_door.hpp"

#include <algorithm>

#include "control/decision_check.hpp"

namespace headroom {

FrontDoor::FrontDoor(RequestSource& source, const Recipe<Router>& router, Fleet& fleet, RequestLedger& ledger,
                     EventQueue& queue)
    : source_(source), router_(router.make()), policy_(router.kind), fleet_(fleet), ledger_(ledger), queue_(queue) {
  for (const Order order : router_->orders()) fleet_.view().keep(order);
  queue_.on<&FrontDoor::arrive>(EventKind::arrival, *this);
}

void FrontDoor::fetch_next() {
  if (source_.next(next_)) queue_.push(next_.arrival, EventKind::arrival);
  else ledger_.no_more_arrivals();
}

void FrontDoor::arrive(const Event&) {
  const Request request = next_;
  ledger_.arrived(request);
  fleet_.demand().arrived(request);
  const auto why_not = place(request, [&](Instance& instance) { return instance.offer(request, queue_.now()); });
  if (why_not) ledger_.rejected(request, *why_not);
  fetch_next();
}

void FrontDoor::again(const Sequence& sequence) {
  const auto why_not =
      place(sequence.request, [&](Instance& instance) { return instance.resume(sequence, queue_.now()); });
  if (why_not) ledger_.turned_away(sequence, *why_not);
}

/// Finds an instance that takes a request as `offer(instance)` gives it; returns why, where none does.
template <class Offer>
std::optional<Rejection> FrontDoor::place(const Request& request, Offer offer) {
  const FleetView& view = fleet_.view();
  const std::uint64_t tokens = std::uint64_t{request.input_tokens} + request.output_tokens;
  const auto pool = view.pool_for(request);
  if (const std::uint64_t most = pool ? fleet_.kv_capacity_tokens(*pool) : 0; tokens > most && most > 0)
    return too_long(tokens);
  const auto chosen = router_->route(request, view);
  fleet_.view().sent(request.request_class);
  if (!chosen) return why_not_chosen(pool);
  check_route(*chosen, view, policy_, request);
  Instance& instance = fleet_.instances()[chosen->index()];
  if (tokens > instance.kv_capacity_tokens()) return too_long(tokens);
  if (view[*chosen].status != Status::up) return Rejection::no_instance;
  if (!offer(instance)) return view[*chosen].load.up ? Rejection::queue_full : Rejection::no_instance;
  fleet_.touched(*chosen);
  return std::nullopt;
}

Rejection FrontDoor::too_long(std::uint64_t tokens) {
  longest_unfit_ = std::max(longest_unfit_, tokens);
  return Rejection::too_long;
}

/// The router's doing only where an instance was open.
Rejection FrontDoor::why_not_chosen(std::optional<PoolId> pool) const {
  const FleetView& view = fleet_.view();
  const auto is_open = [&](InstanceId id) { return view[id].is_open(); };
  return pool && std::ranges::any_of(view.members(*pool), is_open) ? Rejection::router : Rejection::no_instance;
}

}  // namespace headroom

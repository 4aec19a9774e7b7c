#include "engine/front_door.hpp"

#include <algorithm>

#include "control/decision_check.hpp"

namespace headroom {

FrontDoor::FrontDoor(RequestSource& source, const Recipe<Router>& router, Fleet& fleet, RequestLedger& ledger,
                     EventQueue& queue)
    : source_(source), router_(router.make()), policy_(router.kind), fleet_(fleet), ledger_(ledger), queue_(queue) {
  queue_.on<&FrontDoor::arrive>(EventKind::arrival, *this);
}

void FrontDoor::fetch_next() {
  if (source_.next(next_)) queue_.push(next_.arrival, EventKind::arrival);
  else ledger_.no_more_arrivals();
}

void FrontDoor::arrive(const Event&) {
  const Request request = next_;
  ledger_.arrived(request);
  const std::uint64_t tokens = std::uint64_t{request.input_tokens} + request.output_tokens;
  if (tokens > fleet_.kv_capacity_tokens()) {
    longest_unfit_ = std::max(longest_unfit_, tokens);
    ledger_.rejected(request, Rejection::too_long);
  } else {
    const auto chosen = router_->route(request, fleet_.view());
    if (chosen) check_route(*chosen, fleet_.view(), policy_, request);
    if (!serve(request, chosen)) ledger_.rejected(request, why_rejected(request, chosen));
  }
  fetch_next();
}

/// False where there is no instance, or it does not take the request.
bool FrontDoor::serve(const Request& request, std::optional<InstanceId> chosen) {
  if (!chosen || !fleet_.instances()[chosen->index()].offer(request, queue_.now())) return false;
  fleet_.touched(*chosen);
  return true;
}

Rejection FrontDoor::why_rejected(const Request& request, std::optional<InstanceId> chosen) const {
  const FleetView& view = fleet_.view();
  if (chosen) return view.load(*chosen).up ? Rejection::queue_full : Rejection::no_instance;
  const PoolId pool = view.pool_for(request.priority);
  for (std::size_t i = 0; i < view.instances(pool); ++i)
    if (view.load(view.instance(pool, i)).up) return Rejection::router;
  return Rejection::no_instance;
}

}  // namespace headroom

// How an instance is asked to watch single requests, and to stop them.
#include <algorithm>

#include "serving/instance.hpp"

namespace headroom {

void Instance::report_at(std::uint64_t request, std::uint32_t tokens) {
  const auto report = [&](Sequence& sequence) {
    if (sequence.request.id == request) sequence.report_at = tokens;
  };
  std::ranges::for_each(waiting_, report);
  std::ranges::for_each(running_, report);
}

bool Instance::cancel(std::uint64_t request, Seconds now) {
  const auto is_it = [request](const Sequence& sequence) { return sequence.request.id == request; };
  if (const auto running = std::ranges::find_if(running_, is_it); running != running_.end()) {
    if (running->decode_at || running->is_cancelled() || has_all_tokens(*running)) return false;
    running->report_at = Sequence::kCancelled;
    cancels_ = true;
    ask(now);
    return true;
  }
  const auto waiting = std::ranges::find_if(waiting_, is_it);
  if (waiting == waiting_.end() || waiting->decode_at || waiting->decoding()) return false;
  const Sequence sequence = *waiting;
  let_go(sequence);
  waiting_.erase(waiting);
  observer_.cancelled(id_, sequence, now);
  ask(now);
  return true;
}

/// At an iteration boundary, before a plan is made.
void Instance::drop_cancelled(double now) {
  cancels_ = false;
  for (std::size_t i = running_.size(); i-- > 0;) {
    if (!running_[i].is_cancelled()) continue;
    Sequence sequence = running_[i];
    promised_ -= promise_of(sequence);
    leave_batch(sequence);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    finish_at_.erase(finish_at_.begin() + static_cast<std::ptrdiff_t>(i));
    observer_.cancelled(id_, sequence, Seconds(now));
  }
  find_next_finish();
}

}  // namespace headroom

// How an instance begins and ends to serve, and what it hands over to others.
#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "serving/instance.hpp"

namespace headroom {

void Instance::prepare(Power per_gpu, Seconds now) {
  check_that(outstanding() == 0, "an instance is prepared while it holds requests", now.value());
  open_ = false;
  rest(per_gpu, now.value());
}

void Instance::open(Seconds now) {
  check_that(!open_, "an open instance is opened", now.value());
  open_ = true;
  rest(spec_.power->idle_loaded(), now.value());
}

void Instance::close(Seconds now) {
  check_that(outstanding() == 0, "an instance is closed while it holds requests", now.value());
  open_ = false;
  rest(Power(), now.value());
  waiting_.shrink_to_fit();
  running_.shrink_to_fit();
  finish_at_.shrink_to_fit();
  plan_ = {};
}

void Instance::shut_down(Seconds now) {
  break_off(now.value());
  for (const Sequence& sequence : waiting_) observer_.lost(id_, sequence, now);
  for (Sequence& sequence : running_) {
    sequence.generated_tokens += static_cast<std::uint32_t>(sequence.decoded(decode_counter_));
    observer_.lost(id_, sequence, now);
  }
  forget_all();
  open_ = false;
  rest(Power(), now.value());
}

bool Instance::resume(const Sequence& sequence, Seconds now) {
  if (!takes_more()) return false;
  waiting_.push_back(sequence);
  queued(now);
  return true;
}

void Instance::hand_back_waiting(double newest_fraction, Seconds now, std::vector<Sequence>& out) {
  constexpr double kRounding = 1e-9;  // 0.07 x 100 is 7, whatever its product in binary says
  auto stay = std::ranges::count_if(waiting_, [](const Sequence& sequence) { return !has_begun(sequence); });
  stay -= static_cast<std::ptrdiff_t>(std::ceil(newest_fraction * static_cast<double>(stay) - kRounding));
  squash([&stay](const Sequence&) { return stay-- <= 0; }, now, out);
}

void Instance::hand_back_all(Seconds now, std::vector<Sequence>& out) {
  if (outstanding() == 0) return;
  break_off(now.value());
  for (Sequence& sequence : running_) give_up_place(sequence);
  check_that(kv_used_ == 0 && context_ == 0 && decodes_ == 0, "an instance hands everything back and keeps KV memory",
             now.value());
  out.insert(out.end(), running_.begin(), running_.end());
  out.insert(out.end(), waiting_.begin(), waiting_.end());
  forget_all();
  rest(spec_.power->idle_loaded(), now.value());
}

/// The step under way ends now: its complete iterations count, the last one is lost work.
void Instance::break_off(double now) {
  if (running_step_) settle(std::min(piece_.done(now), piece_.count - 1), now);
}

void Instance::forget_all() {
  waiting_.clear();
  running_.clear();
  finish_at_.clear();
  gaps_.clear();
  next_finish_ = kNotDecoding;
  decodes_ = pausing_ = 0;
  context_ = kv_used_ = pending_tokens_ = 0;
}

}  // namespace headroom

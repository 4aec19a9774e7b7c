// How an instance begins and ends to serve, and what it hands over to others.
#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "serving/instance.hpp"

namespace headroom {

void Instance::prepare(Power per_gpu, Seconds now) {
  check_that(outstanding() == 0, "an instance is prepared while it holds requests", now.value());
  if (prefixes_) prefixes_->drop_unused();
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
  if (prefixes_) prefixes_->drop_unused();
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
  if (prefixes_) prefixes_->clear();
  forget_all();
  lent_ = kv_used_ = promised_ = 0;
  expected_ = 0;
  prefilled_.clear();
  open_ = false;
  rest(Power(), now.value());
}

bool Instance::resume(const Sequence& sequence, Seconds now) {
  if (!takes_more()) return false;
  waiting_.push_back(sequence);
  if (sequence.decode_at) ++sent_on_;
  promised_ += promise_of(sequence);
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
  if (cancels_) drop_cancelled(now.value());
  for (Sequence& sequence : running_) {
    promised_ -= promise_of(sequence);
    give_up_place(sequence);
  }
  for (Sequence& sequence : waiting_) {
    promised_ -= promise_of(sequence);
    if (sequence.decoding()) lose_cache(sequence);
  }
  check_that(kv_used_ == kv_beside_running() && context_ == 0 && decodes_ == 0,
             "an instance hands everything back and keeps KV memory", now.value());
  out.insert(out.end(), running_.begin(), running_.end());
  out.insert(out.end(), waiting_.begin(), waiting_.end());
  forget_all();
  if (prefixes_) prefixes_->drop_unused();  // the step that was broken off has not computed what it shared
  rest(spec_.power->idle_loaded(), now.value());
}

/// The step under way ends now: its complete iterations count, the last one is lost work.
void Instance::break_off(double now) {
  if (running_step_) settle(std::min(piece_.done(now), piece_.count - 1), now);
}

void Instance::forget_all() {
  waiting_.clear();
  running_.clear();
  sent_on_ = 0;
  cancels_ = false;
  finish_at_.clear();
  gaps_.clear();
  next_finish_ = kNotDecoding;
  decodes_ = pausing_ = 0;
  context_ = pending_tokens_ = 0;
  pending_image_tokens_ = 0;
  kv_used_ = kv_beside_running();
}

/// A waiting sequence whose cache came from elsewhere goes on without it.
void Instance::lose_cache(Sequence& sequence) {
  const std::uint64_t booked = std::uint64_t{sequence.prompt_tokens} + 1;
  lent_ -= booked;
  kv_used_ -= booked;
  sequence.begin_anew();
}

void Instance::let_go(const Sequence& waiting) {
  drop_pending(waiting);
  promised_ -= promise_of(waiting);
  if (waiting.decode_at) --sent_on_;
}

void Instance::expect(const Request& request) {
  ++expected_;
  promised_ += promise_of(request);
}

void Instance::forget(const Request& request) {
  if (!open_) return;  // it lost its power
  --expected_;
  promised_ -= promise_of(request);
}

bool Instance::make_room(const Sequence& sequence, Seconds now) {
  const std::uint64_t booked = std::uint64_t{sequence.prompt_tokens} + 1;
  const bool by_step = booking_ == KvBooking::by_step;
  const std::uint64_t steps = by_step && running_step_ ? std::min(piece_.done(now.value()) + 1, piece_.count) : 0;
  const std::uint64_t used = kv_used_ + (plan_.decode ? steps * decodes_ : 0);  // at the end of the step under way
  if (used + booked + by_step > spec_.kv_capacity_tokens) return false;
  kv_used_ += booked;
  lent_ += booked;
  if (by_step && running_step_) ask_at_next_boundary(now);  // decodes have less memory than their piece counts on
  return true;
}

void Instance::receive(const Sequence& sequence, Seconds now) {
  --expected_;
  waiting_.push_back(sequence);
  waiting_.back().decode_at.reset();
  waiting_.back().cached_tokens = 0;  // that was shared there
  queued(now);
}

/// A running sequence has its first token, and its cache goes to another instance.
void Instance::send_on(std::size_t index, double now) {
  lent_ += std::uint64_t{running_[index].prompt_tokens} + 1 - running_[index].cached_tokens;
  --sent_on_;
  prefilled_.push_back({running_[index], Seconds(now - piece_.iteration_start)});
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
  finish_at_.erase(finish_at_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Instance::take_prefilled(std::vector<Prefilled>& out) {
  out.insert(out.end(), prefilled_.rbegin(), prefilled_.rend());  // in order of the batch
  prefilled_.clear();
}

void Instance::give_back(const Sequence& sequence, Seconds now) {
  if (!open_) return;
  promised_ -= promise_of(sequence);
  if (prefixes_) {
    Sequence sent = sequence;
    lent_ += sent.cached_tokens;
    unshare(sent);
  }
  freed(std::uint64_t{sequence.prompt_tokens} + 1, now);
}

void Instance::free_room(const Sequence& sequence, Seconds now) {
  if (open_) freed(std::uint64_t{sequence.prompt_tokens} + 1, now);
}

void Instance::freed(std::uint64_t tokens, Seconds now) {
  lent_ -= tokens;
  kv_used_ -= tokens;
  if (outstanding() > 0 && scheduler_.freed(view(now))) ask(now);
}

}  // namespace headroom

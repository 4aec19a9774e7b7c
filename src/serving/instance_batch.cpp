// What a plan and the end of a step change in an instance's batch: the counters by which it knows who decodes until
// when.
#include <algorithm>

#include "base/assert.hpp"
#include "serving/instance.hpp"

namespace headroom {

void Instance::apply_plan(double now) {
  for (const std::uint32_t index : plan_.preemptions) preempt(index, now);
  const std::size_t kept = running_.size();
  if (!plan_.admissions.empty()) admit(now);
  if (prefixes_) share_prefixes(kept, now);
  if (pausing_ > 0 || !plan_.paused.empty() || booking_ == KvBooking::whole_answer) choose_decodes(now);
  shape_step();
}

/// Recomputation: it goes to the front of the queue, and what it generated will be prefilled with its prompt.
void Instance::preempt(std::uint32_t index, double now) {
  Sequence sequence = running_[index];
  give_up_place(sequence);
  add_pending(sequence);
  ++totals_.preemptions;
  if (prefixes_) asks_next_ = true;  // more memory may be free now than the scheduler counted on
  running_.erase(running_.begin() + index);
  finish_at_.erase(finish_at_.begin() + index);
  find_next_finish();
  // Pre-empted ones come in descending order of admission, so the oldest ends up in front.
  waiting_.push_front(sequence);
  for (std::uint32_t& admission : plan_.admissions) ++admission;
  check_that(decodes_ > 0 || context_ == 0, "no sequence decodes, yet some hold context", now);
}

/// A running sequence leaves the batch before it is done: it gives its KV memory back, and takes along its energy and
/// what it generated, which makes its next prompt longer.
void Instance::give_up_place(Sequence& sequence) {
  const bool was_decoding = leave_batch(sequence);
  const std::uint32_t prefilled = sequence.prefilled_tokens;
  sequence.begin_anew();
  totals_.recomputed_tokens += was_decoding ? sequence.prompt_tokens : prefilled;
}

/// What it held is free. Returns whether it was decoding.
bool Instance::leave_batch(Sequence& sequence) {
  if (prefixes_) unshare(sequence);
  kv_used_ -= kv_tokens(sequence);
  const bool was_decoding = sequence.decoding();
  if (was_decoding) {
    if (sequence.pauses()) --pausing_;
    else leave_decodes(sequence);
    sequence.generated_tokens += static_cast<std::uint32_t>(sequence.decoded(decode_counter_));
    sequence.paused_at = Sequence::kRuns;
    sequence.reserved_tokens = 0;
  }
  drop_pending(sequence);
  return was_decoding;
}

/// A sequence stops decoding before it is done.
void Instance::leave_decodes(Sequence& sequence) {
  context_ -= context_of(sequence);
  sequence.energy += Energy(energy_share_ - sequence.energy_share_at_start);
  if (decode_counter_ > sequence.taken_up_at) sequence.last_token = Seconds(last_decode_end_);
  gaps_.leave(sequence.request.request_class, sequence.last_token.value());
  --decodes_;
}

/// Who pauses, and who goes on, by the plan.
void Instance::choose_decodes(double now) {
  auto paused = plan_.paused.begin();
  for (std::uint32_t i = 0; i < running_.size(); ++i) {
    Sequence& sequence = running_[i];
    const bool pauses = paused != plan_.paused.end() && *paused == i;
    if (pauses) ++paused;
    if (!sequence.decoding()) continue;
    if (pauses && !sequence.pauses()) set_aside(sequence);
    if (!pauses && sequence.pauses()) take_up(sequence, now);
    if (!pauses && booking_ == KvBooking::whole_answer && sequence.reserved_tokens == 0) reserve_answer(sequence);
    finish_at_[i] = pauses ? kNotDecoding : next_mark(sequence);
  }
  find_next_finish();
}

void Instance::set_aside(Sequence& sequence) {
  leave_decodes(sequence);
  sequence.paused_at = decode_counter_;
  ++pausing_;
}

void Instance::take_up(Sequence& sequence, double now) {
  sequence.decode_since += decode_counter_ - sequence.paused_at;
  sequence.paused_at = Sequence::kRuns;
  sequence.taken_up_at = decode_counter_;
  sequence.energy_share_at_start = energy_share_;
  context_ += context_of(sequence);
  ++decodes_;
  --pausing_;
  gaps_.pause(now);
  gaps_.join(sequence.request.request_class, sequence.last_token.value(), true);
}

void Instance::reserve_answer(Sequence& sequence) {
  sequence.reserved_tokens = sequence.request.output_tokens - sequence.generated_tokens;
  kv_used_ += sequence.reserved_tokens;
}

void Instance::admit(double now) {
  for (const std::uint32_t index : plan_.admissions) {
    const Sequence& sequence = waiting_[index];
    const std::uint64_t booked = std::uint64_t{sequence.prompt_tokens} + 1;
    running_.push_back(sequence);
    finish_at_.push_back(kNotDecoding);
    if (!sequence.decoding()) {
      kv_used_ += booked;
      if (prefixes_) begin_behind_prefix(running_.back(), index);
      continue;
    }
    lent_ -= booked;  // booked when its cache set out
    gaps_.pause(now);
    begin_decoding(running_.size() - 1, true);
  }
  waiting_.erase(plan_.admissions);
}

void Instance::shape_step() {
  shape_ = {};
  shape_.decodes = plan_.decode ? decodes_ : 0;
  for (const auto& chunk : plan_.prefill) {
    const Sequence& sequence = running_[chunk.running];
    shape_.add_prefill(1, chunk.tokens, sequence.prefilled_tokens);
    shape_.work = sequence.request.work;
    if (sequence.prefilled_tokens == 0) shape_.images += sequence.request.images;
  }
}

void Instance::finish_prefill(double now) {
  const bool stalled = shape_.decodes == 0;
  bool completes = false;
  for (std::size_t i = plan_.prefill.size(); i-- > 0;) {
    const auto& chunk = plan_.prefill[i];
    Sequence& sequence = running_[chunk.running];
    drop_pending(sequence);
    sequence.prefilled_tokens += chunk.tokens;
    totals_.prompt_tokens += chunk.tokens;
    add_pending(sequence);
    if (!sequence.decoding()) continue;
    const ClassId request_class = sequence.request.request_class;
    if (sequence.generated_tokens == 0) sequence.first_token = Seconds(now);
    else gaps_.resume(request_class, now - sequence.last_token.value());
    ++sequence.generated_tokens;
    ++totals_.output_tokens;
    sequence.last_token = Seconds(now);
    const bool done = sequence.generated_tokens == sequence.request.output_tokens;
    if (sequence.decode_at) {
      send_on(chunk.running, now);
      continue;
    }
    begin_decoding(chunk.running, stalled && !done);
    if (done) complete(chunk.running, now);
    completes = completes || done;
  }
  if (completes) find_next_finish();
}

/// A running sequence that has all its KV cache decodes from now on; `paused`: others did not decode since its last
/// token.
void Instance::begin_decoding(std::size_t index, bool paused) {
  Sequence& sequence = running_[index];
  sequence.decode_since = sequence.taken_up_at = decode_counter_;
  sequence.energy_share_at_start = energy_share_;
  ++decodes_;
  context_ += sequence.prompt_tokens;  // its last token is written by the next step
  finish_at_[index] = decode_counter_ + sequence.to_next_mark(sequence.generated_tokens);
  next_finish_ = std::min(next_finish_, finish_at_[index]);
  gaps_.join(sequence.request.request_class, sequence.last_token.value(), paused);
}

void Instance::find_next_finish() {
  next_finish_ = finish_at_.empty() ? kNotDecoding : std::ranges::min(finish_at_);
}

void Instance::finish_decodes(double now) {
  next_finish_ = kNotDecoding;
  for (std::size_t i = finish_at_.size(); i-- > 0;) {
    if (finish_at_[i] == decode_counter_) {
      if (running_[i].report_at == Sequence::kNever || has_all_tokens(running_[i])) {
        complete(i, now);
        continue;
      }
      if (!running_[i].is_cancelled()) report_progress(i);
    }
    next_finish_ = std::min(next_finish_, finish_at_[i]);
  }
}

/// A sequence has as many tokens as somebody wanted to hear of, who may cancel it or others.
void Instance::report_progress(std::size_t index) {
  Sequence seen = running_[index];
  seen.generated_tokens = static_cast<std::uint32_t>(generated(seen));
  const std::uint32_t next = observer_.progressed(id_, seen);
  Sequence& sequence = running_[index];
  if (!sequence.is_cancelled()) sequence.report_at = next;
  finish_at_[index] = next_mark(sequence);
}

void Instance::complete(std::size_t index, double now) {
  Sequence& sequence = running_[index];
  if (prefixes_) unshare(sequence);
  kv_used_ -= kv_tokens(sequence);
  promised_ -= promise_of(sequence);
  context_ -= context_of(sequence);
  sequence.energy += Energy(energy_share_ - sequence.energy_share_at_start);
  sequence.generated_tokens = sequence.request.output_tokens;
  --decodes_;
  gaps_.finish(sequence.request.request_class);
  observer_.completed(id_, sequence, Seconds(now));
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
  finish_at_.erase(finish_at_.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace headroom

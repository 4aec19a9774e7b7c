#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "headroom/batch_scheduler.hpp"

namespace headroom {

/// The largest chunk of a prompt, of at most `left` tokens behind `context` that are read, with which a step lasts no
/// longer than `limit`; 0 where not even one token fits.
[[nodiscard]] inline std::uint32_t largest_chunk(const StepTimes& times, const StepShape& step, double context,
                                                 std::uint32_t left, Seconds limit) {
  const auto fits = [&](std::uint32_t tokens) {
    StepShape with = step;
    with.add_prefill(1, tokens, context);
    return times(with) <= limit;
  };
  if (fits(left)) return left;
  std::uint32_t most = 0, too_many = left;
  while (too_many - most > 1) {
    const std::uint32_t middle = most + (too_many - most) / 2;
    (fits(middle) ? most : too_many) = middle;
  }
  return most;
}

/// How long prompts take alone, read in the largest chunks whose steps keep to a time budget: Medha's table (arXiv
/// 2409.17264), an entry for each 1024 tokens, linear in between. It grows with the longest prompt asked about.
class PrefillWork {
 public:
  PrefillWork(const StepTimes& times, Seconds budget) : times_(times), budget_(budget) {}

  [[nodiscard]] const StepTimes& times() const { return times_; }

  /// Of a prompt's first tokens.
  [[nodiscard]] Seconds of(std::uint32_t tokens) {
    const std::size_t below = tokens / kEntryTokens;
    while (entries_.size() < below + 2) read_chunk();
    const double part = static_cast<double>(tokens % kEntryTokens) / kEntryTokens;
    return entries_[below] + (entries_[below + 1] - entries_[below]) * part;
  }

 private:
  static constexpr std::uint32_t kEntryTokens = 1024;
  static constexpr std::uint32_t kMostTokens = 1U << 20U;  ///< of a chunk, where steps take next to no time

  /// The next chunk of an endless prompt, and the entries that end in it.
  void read_chunk() {
    const std::uint32_t chunk = std::max(1U, largest_chunk(times_, {}, read_, kMostTokens, budget_));
    for (auto next = static_cast<double>(entries_.size() * kEntryTokens); next <= read_ + chunk; next += kEntryTokens)
      entries_.push_back(spent_ + time_of(next - read_));
    spent_ += time_of(chunk);
    read_ += chunk;
  }
  [[nodiscard]] Seconds time_of(double tokens) const {
    StepShape step;
    step.add_prefill(1, tokens, read_);
    return times_(step);
  }

  StepTimes times_;
  Seconds budget_;
  std::vector<Seconds> entries_{Seconds()};  ///< for 0, 1024, 2048, ... tokens
  double read_ = 0;                          ///< tokens of the endless prompt
  Seconds spent_{};
};

}  // namespace headroom

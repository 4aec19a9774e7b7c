#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "table/utc_time.hpp"

namespace headroom {

/// One request as its file has it.
struct ParsedRow {
  WallTime time;
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t type = 0;
  std::uint8_t images = 0;
  std::uint32_t blocks = 0;  ///< of its prompt, a number of the reader's lists
};

/// Puts rows that come a little late in order of time, equal times in the order in which they come. It holds the rows
/// of the time within which one may be late.
class RowOrder {
 public:
  /// `late_s` is how much earlier than the latest row before it a row may be.
  explicit RowOrder(double late_s) : ring_(64), late_s_(late_s) {}

  /// By how much the row is late, 0 where it is not.
  [[nodiscard]] double lateness_s(const ParsedRow& row) const {
    return any_ && is_before(row.time, newest_) ? seconds_between(row.time, newest_) : 0.0;
  }
  /// Takes in a row whose lateness is within the bound.
  void put(const ParsedRow& row);

  [[nodiscard]] bool empty() const { return begin_ == end_; }
  /// Whether no row to come can be before the first one.
  [[nodiscard]] bool is_settled() const { return !empty() && seconds_between(slot(begin_).time, newest_) >= late_s_; }
  [[nodiscard]] const ParsedRow& take() { return slot(begin_++); }
  [[nodiscard]] WallTime newest() const { return newest_; }
  [[nodiscard]] bool any() const { return any_; }

 private:
  [[nodiscard]] const ParsedRow& slot(std::uint64_t i) const {
    return ring_[static_cast<std::size_t>(i) & (ring_.size() - 1)];
  }
  [[nodiscard]] ParsedRow& slot(std::uint64_t i) { return ring_[static_cast<std::size_t>(i) & (ring_.size() - 1)]; }
  void grow();

  std::vector<ParsedRow> ring_;  ///< its size is a power of two
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  WallTime newest_{};
  bool any_ = false;
  double late_s_;
};

}  // namespace headroom

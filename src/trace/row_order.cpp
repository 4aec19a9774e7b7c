#include "trace/row_order.hpp"

#include <utility>

namespace headroom {

void RowOrder::put(const ParsedRow& row) {
  if (end_ - begin_ == ring_.size()) grow();
  std::uint64_t place = end_++;
  if (!any_ || !is_before(row.time, newest_)) {
    slot(place) = row;
    newest_ = row.time;
    any_ = true;
    return;
  }
  for (; place > begin_ && is_before(row.time, slot(place - 1).time); --place) slot(place) = slot(place - 1);
  slot(place) = row;
}

void RowOrder::grow() {
  std::vector<ParsedRow> larger(ring_.size() * 2);
  for (std::uint64_t i = begin_; i < end_; ++i) larger[static_cast<std::size_t>(i) & (larger.size() - 1)] = slot(i);
  ring_ = std::move(larger);
}

}  // namespace headroom

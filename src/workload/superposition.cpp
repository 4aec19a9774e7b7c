#include "workload/superposition.hpp"

#include <cmath>
#include <utility>

#include "base/hash.hpp"

namespace headroom {

Superposition::Superposition(std::unique_ptr<TraceReader> reader, const Scaling& scaling,
                             std::vector<TypeClasses> types, std::uint64_t seed)
    : window_(std::move(reader), static_cast<std::uint32_t>(std::ceil(scaling.copies)), types.size(), scaling.stretch),
      types_(std::move(types)),
      thinning_seed_(hash(seed, "thinning")),
      priority_seed_(hash(seed, "priority")) {
  const auto count = static_cast<std::uint32_t>(std::ceil(scaling.copies));
  const std::uint64_t copies_seed = hash(seed, "copies");
  last_copy_share_ = scaling.copies - static_cast<double>(count - 1);
  const TraceRow* first = window_.row(0);  // an empty trace is the reader's error
  for (std::uint32_t copy = 0; copy < count; ++copy) {
    const double shift_s = copy == 0 ? 0.0 : unit(hash(copies_seed, std::uint64_t{copy})) * scaling.shift.value();
    shifts_.push_back(shift_s);
    heap_.push_back({first->time.value() + shift_s, copy, 0});
    for (std::size_t i = heap_.size() - 1; i > 0 && heap_[i].before(heap_[(i - 1) / 2]); i = (i - 1) / 2)
      std::swap(heap_[i], heap_[(i - 1) / 2]);
  }
}

bool Superposition::next(Request& request) {
  while (!heap_.empty()) {
    const Cursor cursor = heap_.front();
    const bool kept = keeps(cursor);
    if (kept) fill(request, cursor, *window_.row(cursor.row));
    advance_first();
    if (kept) return true;
  }
  return false;
}

bool Superposition::keeps(const Cursor& cursor) const {
  if (last_copy_share_ >= 1.0 || cursor.copy + 1 != shifts_.size()) return true;
  return unit(hash(thinning_seed_, cursor.row)) < last_copy_share_;
}

void Superposition::fill(Request& request, const Cursor& cursor, const TraceRow& row) {
  request.id = count_++;
  request.arrival = Seconds(cursor.time_s);
  request.input_tokens = row.input_tokens;
  request.output_tokens = row.output_tokens;
  types_[row.type].assign(request, unit(hash(priority_seed_ ^ cursor.row, std::uint64_t{cursor.copy})));
}

/// Moves the first cursor to its next row, or takes it out behind the last row.
void Superposition::advance_first() {
  Cursor& first = heap_.front();
  window_.release(first.row);
  ++first.row;
  if (const TraceRow* row = window_.row(first.row)) {
    first.time_s = row->time.value() + shifts_[first.copy];
  } else {
    first = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return;
  }
  sift_down();
}

void Superposition::sift_down() {
  const Cursor moving = heap_.front();
  std::size_t hole = 0;
  while (true) {
    std::size_t child = 2 * hole + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) ++child;
    if (!heap_[child].before(moving)) break;
    heap_[hole] = heap_[child];
    hole = child;
  }
  heap_[hole] = moving;
}

}  // namespace headroom

#include "workload/superposition.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/hash.hpp"
#include "base/interrupt.hpp"

namespace headroom {

Superposition::Superposition(std::unique_ptr<TraceReader> reader, const Scaling& scaling,
                             std::vector<TypeClasses> types, std::uint64_t seed)
    : has_images_(reader->has_images()),
      window_(std::move(reader), static_cast<std::uint32_t>(std::ceil(scaling.copies)), types.size(), scaling.stretch),
      types_(std::move(types)),
      arrivals_(window_.readers(), 0.0),
      thinning_seed_(hash(seed, "thinning")),
      priority_seed_(hash(seed, "priority")) {
  const std::uint32_t count = window_.readers();
  const std::uint64_t copies_seed = hash(seed, "copies");
  last_copy_share_ = scaling.copies - static_cast<double>(count - 1);
  const bool wraps = scaling.start != CopiesStart::shifted;
  const std::uint64_t rows = wraps ? window_.load_all() : 0;
  const double length_s = wraps ? window_.reader().length().value() * scaling.stretch : 0.0;
  copies_.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Copy& copy = copies_[i];
    copy.shift_s = copy.offset_s = shift_of(i, scaling, length_s, copies_seed);
    if (wraps) wrap(copy, length_s, rows);
    schedule(i, window_.row(copy.row), 0.0);  // an empty trace is the reader's error
  }
}

double Superposition::shift_of(std::uint32_t copy, const Scaling& scaling, double length_s, std::uint64_t seed) const {
  if (copy == 0) return 0.0;
  if (scaling.start == CopiesStart::spread) return copy * length_s / window_.readers();
  const double most_s = scaling.start == CopiesStart::random ? length_s : scaling.shift.value();
  return unit(hash(seed, std::uint64_t{copy})) * most_s;
}

/// Lets a copy begin with the first row that its shift moves behind the end of the trace, if there is one.
void Superposition::wrap(Copy& copy, double length_s, std::uint64_t rows) {
  std::uint64_t first = 0;
  for (std::uint64_t end = rows; first < end;) {
    const std::uint64_t middle = first + (end - first) / 2;
    if (window_.row(middle)->time.value() + copy.shift_s <= length_s) first = middle + 1;
    else end = middle;
  }
  if (first == rows) return;
  copy.begin = copy.row = first;
  copy.offset_s = copy.shift_s - length_s;
}

bool Superposition::next(Request& request) {
  bool kept = false;
  while (!kept && arrivals_.least().key < arrivals_.kNever) {
    stop_if_interrupted();
    const std::uint32_t copy = arrivals_.least().position;
    kept = keeps(copy, copies_[copy].row);
    if (kept) fill(request, copy, copies_[copy].row);
    advance(copy);
  }
  return kept;
}

bool Superposition::keeps(std::uint32_t copy, std::uint64_t row) const {
  if (last_copy_share_ >= 1.0 || copy + 1 != copies_.size()) return true;
  return unit(hash(thinning_seed_, row)) < last_copy_share_;
}

void Superposition::fill(Request& request, std::uint32_t copy, std::uint64_t index) {
  const TraceRow& row = *window_.row(index);
  request.id = count_++;
  request.arrival = Seconds(arrivals_.least().key);
  request.input_tokens = row.input_tokens;
  request.output_tokens = row.output_tokens;
  request.images = row.images;
  types_[row.type].assign(request, unit(hash(priority_seed_ ^ index, std::uint64_t{copy})));
  blocks_.clear();
  if (row.blocks != 0) fill_blocks(copy, row);
}

void Superposition::fill_blocks(std::uint32_t copy, const TraceRow& row) {
  const auto blocks = window_.reader().blocks(row.blocks);
  blocks_.assign(blocks.begin(), blocks.end());
  if (copy == 0) return;
  for (BlockKey& block : blocks_) block = hash(block, std::uint64_t{copy});
}

void Superposition::advance(std::uint32_t copy) {
  const double now_s = arrivals_.least().key;
  window_.release(copies_[copy].row);
  schedule(copy, step(copies_[copy]), now_s);
}

/// Behind its last row a copy never arrives again. Rounding must not put a wrapped row before the one before it.
void Superposition::schedule(std::uint32_t copy, const TraceRow* row, double earliest_s) {
  const double offset_s = copies_[copy].offset_s;
  arrivals_.update(copy, row ? std::max(row->time.value() + offset_s, earliest_s) : arrivals_.kNever);
}

/// Moves a copy to its next row, at the end of the trace to the beginning of it where it did not begin there.
const TraceRow* Superposition::step(Copy& copy) {
  if (++copy.row == copy.end) return nullptr;
  if (const TraceRow* row = window_.row(copy.row)) return row;
  if (copy.begin == 0) return nullptr;
  copy = {copy.shift_s, copy.shift_s, 0, 0, copy.begin};
  return window_.row(0);
}

}  // namespace headroom

#include "workload/superposition.hpp"

#include <cmath>
#include <utility>

#include "base/hash.hpp"
#include "base/interrupt.hpp"

namespace headroom {

Superposition::Superposition(std::unique_ptr<TraceReader> reader, const Scaling& scaling,
                             std::vector<TypeClasses> types, std::uint64_t seed)
    : window_(std::move(reader), static_cast<std::uint32_t>(std::ceil(scaling.copies)), types.size(), scaling.stretch),
      types_(std::move(types)),
      arrivals_(window_.readers(), 0.0),
      thinning_seed_(hash(seed, "thinning")),
      priority_seed_(hash(seed, "priority")) {
  const std::uint32_t count = window_.readers();
  const std::uint64_t copies_seed = hash(seed, "copies");
  last_copy_share_ = scaling.copies - static_cast<double>(count - 1);
  const TraceRow* first = window_.row(0);  // an empty trace is the reader's error
  rows_.assign(count, 0);
  for (std::uint32_t copy = 0; copy < count; ++copy) {
    shifts_.push_back(copy == 0 ? 0.0 : unit(hash(copies_seed, std::uint64_t{copy})) * scaling.shift.value());
    arrivals_.update(copy, first->time.value() + shifts_[copy]);
  }
}

bool Superposition::next(Request& request) {
  bool kept = false;
  while (!kept && arrivals_.least().key < arrivals_.kNever) {
    stop_if_interrupted();
    const std::uint32_t copy = arrivals_.least().position;
    kept = keeps(copy, rows_[copy]);
    if (kept) fill(request, copy, rows_[copy]);
    advance(copy);
  }
  return kept;
}

bool Superposition::keeps(std::uint32_t copy, std::uint64_t row) const {
  if (last_copy_share_ >= 1.0 || copy + 1 != shifts_.size()) return true;
  return unit(hash(thinning_seed_, row)) < last_copy_share_;
}

void Superposition::fill(Request& request, std::uint32_t copy, std::uint64_t index) {
  const TraceRow& row = *window_.row(index);
  request.id = count_++;
  request.arrival = Seconds(row.time.value() + shifts_[copy]);
  request.input_tokens = row.input_tokens;
  request.output_tokens = row.output_tokens;
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

/// Moves a copy to its next row; behind the last one it never arrives again.
void Superposition::advance(std::uint32_t copy) {
  window_.release(rows_[copy]);
  const TraceRow* row = window_.row(++rows_[copy]);
  arrivals_.update(copy, row ? row->time.value() + shifts_[copy] : arrivals_.kNever);
}

}  // namespace headroom

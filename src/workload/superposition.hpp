#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "headroom/quantity.hpp"
#include "headroom/winner_tree.hpp"
#include "trace/classes.hpp"
#include "trace/request_source.hpp"
#include "trace/row_window.hpp"
#include "trace/trace_reader.hpp"

namespace headroom {

/// How a trace is scaled.
struct Scaling {
  double copies = 1.0;   ///< more than 0; the fraction thins the last copy, row by row
  Seconds shift{};       ///< copies start at most this much later than the trace
  double stretch = 1.0;  ///< factor on the times of the trace, not on the shifts
};

/// Scales a trace by superposing copies of it, each shifted by its own constant and none wrapped around.
/// Copy 0 is not shifted; shifts, thinning and priorities are hashes of the seed, so that they do not depend on each
/// other or on the order of reading. Memory holds the rows of one shift; a request costs O(log copies).
class Superposition : public RequestSource {
 public:
  /// `types` has the classes of each type of the trace, in the order in which the reader meets them.
  Superposition(std::unique_ptr<TraceReader> reader, const Scaling& scaling, std::vector<TypeClasses> types,
                std::uint64_t seed);

  bool next(Request& request) override;
  /// Each copy but the first has prompts of its own.
  [[nodiscard]] std::span<const BlockKey> blocks() const override { return blocks_; }
  [[nodiscard]] std::uint32_t block_tokens() const override { return window_.reader().block_tokens(); }
  [[nodiscard]] Warnings warnings() const override { return warnings_of(window_.reader().facts()); }
  [[nodiscard]] const TraceReader* trace() const override { return &window_.reader(); }

  [[nodiscard]] std::size_t copies() const { return shifts_.size(); }
  [[nodiscard]] Seconds shift(std::size_t copy) const { return Seconds(shifts_[copy]); }

 private:
  [[nodiscard]] bool keeps(std::uint32_t copy, std::uint64_t row) const;
  void fill(Request& request, std::uint32_t copy, std::uint64_t row);
  void fill_blocks(std::uint32_t copy, const TraceRow& row);
  void advance(std::uint32_t copy);

  RowWindow window_;
  std::vector<TypeClasses> types_;
  std::vector<double> shifts_;
  std::vector<std::uint64_t> rows_;  ///< by copy: its next row
  WinnerTree<double> arrivals_;      ///< by copy: when that row arrives
  double last_copy_share_ = 1.0;
  std::uint64_t thinning_seed_;
  std::uint64_t priority_seed_;
  std::vector<BlockKey> blocks_;
  std::uint64_t count_ = 0;
};

}  // namespace headroom

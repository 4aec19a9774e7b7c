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
  CopiesStart start = CopiesStart::shifted;
};

/// Scales a trace by superposing copies of it, each shifted by its own constant. Where they are spread or start at
/// random, what a shift moves behind the end of the trace comes at its beginning; where they are shifted, it comes
/// behind the end. Copy 0 is not shifted; shifts, thinning and priorities are hashes of the seed, so that they do not
/// depend on each other or on the order of reading. Memory holds the rows of one shift, or all rows once where copies
/// wrap; a request costs O(log copies).
class Superposition : public RequestSource {
 public:
  /// `types` has the classes of each type of the trace, in the order in which the reader meets them.
  Superposition(std::unique_ptr<TraceReader> reader, const Scaling& scaling, std::vector<TypeClasses> types,
                std::uint64_t seed);

  bool next(Request& request) override;
  /// Each copy but the first has prompts of its own.
  [[nodiscard]] std::span<const BlockKey> blocks() const override { return blocks_; }
  [[nodiscard]] std::uint32_t block_tokens() const override { return window_.reader().block_tokens(); }
  [[nodiscard]] bool brings_images() const override { return has_images_; }
  [[nodiscard]] Warnings warnings() const override { return warnings_of(window_.reader().facts()); }
  [[nodiscard]] const TraceReader* trace() const override { return &window_.reader(); }

  [[nodiscard]] std::size_t copies() const { return copies_.size(); }
  [[nodiscard]] Seconds shift(std::size_t copy) const { return Seconds(copies_[copy].shift_s); }

 private:
  /// One copy on its way through the rows.
  struct Copy {
    double shift_s = 0.0;
    double offset_s = 0.0;    ///< from the time of a row to its arrival; less than 0 for rows that are wrapped
    std::uint64_t row = 0;    ///< the next one
    std::uint64_t begin = 0;  ///< the row that it begins with, until it has gone round
    std::uint64_t end = UINT64_MAX;
  };
  [[nodiscard]] double shift_of(std::uint32_t copy, const Scaling& scaling, double length_s, std::uint64_t seed) const;
  void wrap(Copy& copy, double length_s, std::uint64_t rows);
  void schedule(std::uint32_t copy, const TraceRow* row, double earliest_s);
  [[nodiscard]] const TraceRow* step(Copy& copy);
  [[nodiscard]] bool keeps(std::uint32_t copy, std::uint64_t row) const;
  void fill(Request& request, std::uint32_t copy, std::uint64_t row);
  void fill_blocks(std::uint32_t copy, const TraceRow& row);
  void advance(std::uint32_t copy);

  bool has_images_;
  RowWindow window_;
  std::vector<TypeClasses> types_;
  std::vector<Copy> copies_;
  WinnerTree<double> arrivals_;  ///< by copy: when its next row arrives
  double last_copy_share_ = 1.0;
  std::uint64_t thinning_seed_;
  std::uint64_t priority_seed_;
  std::vector<BlockKey> blocks_;
  std::uint64_t count_ = 0;
};

}  // namespace headroom

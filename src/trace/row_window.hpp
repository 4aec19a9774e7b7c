#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "trace/trace_reader.hpp"

namespace headroom {

/// The rows of a trace that some reader among `readers` still needs: a ring that loads rows on demand and drops a row
/// once everyone has released it. Times are multiplied by `stretch`.
class RowWindow {
 public:
  RowWindow(std::unique_ptr<TraceReader> reader, std::uint32_t readers, std::size_t types, double stretch);

  /// The row with this index in the trace, or null behind the last one; must not have been dropped.
  [[nodiscard]] const TraceRow* row(std::uint64_t index) {
    while (index >= end_)
      if (!load()) return nullptr;
    return &slot(index).row;
  }

  /// Loads all rows there are, which nobody may have released, and says how many.
  [[nodiscard]] std::uint64_t load_all() {
    while (load()) {
    }
    return end_;
  }

  /// Says that one more reader is done with the row.
  void release(std::uint64_t index) {
    --slot(index).readers_left;
    while (begin_ < end_ && slot(begin_).readers_left == 0) reader_->drop_blocks(slot(begin_++).row.blocks);
  }

  [[nodiscard]] const TraceReader& reader() const { return *reader_; }
  [[nodiscard]] std::uint32_t readers() const { return readers_; }
  /// How many rows are held.
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }

 private:
  struct Slot {
    TraceRow row;
    std::uint32_t readers_left = 0;
  };
  [[nodiscard]] Slot& slot(std::uint64_t index) { return ring_[static_cast<std::size_t>(index) & (ring_.size() - 1)]; }
  bool load();
  void grow();

  std::unique_ptr<TraceReader> reader_;
  std::vector<Slot> ring_;  ///< its size is a power of two
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint32_t readers_;
  std::size_t types_;
  double stretch_;
  bool at_end_ = false;
};

}  // namespace headroom

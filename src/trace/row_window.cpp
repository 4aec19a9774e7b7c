#include "trace/row_window.hpp"

#include <utility>

#include "base/problem.hpp"

namespace headroom {

RowWindow::RowWindow(std::unique_ptr<TraceReader> reader, std::uint32_t readers, std::size_t types, double stretch)
    : reader_(std::move(reader)), ring_(64), readers_(readers), types_(types), stretch_(stretch) {}

bool RowWindow::load() {
  TraceRow row;
  if (at_end_ || !reader_->next(row)) {
    at_end_ = true;
    return false;
  }
  if (row.type >= types_) throw InputError(reader_->path(), "the trace has changed while it was being read");
  row.time *= stretch_;
  if (size() == ring_.size()) grow();
  slot(end_) = Slot{row, readers_};
  ++end_;
  return true;
}

void RowWindow::grow() {
  std::vector<Slot> larger(ring_.size() * 2);
  for (std::uint64_t i = begin_; i < end_; ++i) larger[static_cast<std::size_t>(i) & (larger.size() - 1)] = slot(i);
  ring_ = std::move(larger);
}

}  // namespace headroom

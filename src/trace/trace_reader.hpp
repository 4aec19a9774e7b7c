#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "headroom/quantity.hpp"
#include "table/time_window.hpp"
#include "trace/trace_file.hpp"

namespace headroom {

/// One request of a trace.
struct TraceRow {
  Seconds time{};  ///< since time 0 of the trace: its first row, or the start of its window
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t type = 0;    ///< index into TraceReader::types()
  std::uint32_t blocks = 0;  ///< of its prompt, for TraceReader::blocks(); to be dropped there in the end
  std::uint8_t images = 0;
};

/// Reads the requests of a trace in order of time: its files one after the other, rows that come a little late put in
/// order, those outside the window left out. Throws InputError for a bad row, unsorted rows and a trace without rows.
class TraceReader {
 public:
  /// `where` is what messages call the configuration; `seed` scatters arrivals where the files have no times.
  TraceReader(const TraceConfig& config, const std::string& where, std::uint64_t seed,
              PromptBlocks blocks = PromptBlocks::unused);

  /// Gives requests types by their lengths; for a trace without a class column, before its first row is read.
  void divide(LengthTypes types) { length_types_ = std::move(types); }

  /// The next request; false at the end.
  bool next(TraceRow& row);

  /// The request types met so far, in order of appearance, or those by length; one nameless type where there are none.
  [[nodiscard]] std::vector<std::string> types() const;
  [[nodiscard]] bool typed() const { return typed_; }
  /// Whether it has a column of images.
  [[nodiscard]] bool has_images() const { return reader_ && reader_->has_images(); }
  [[nodiscard]] std::span<const BlockKey> blocks(std::uint32_t number) const { return state_.lists[number]; }
  void drop_blocks(std::uint32_t number) { state_.lists.drop(number); }
  /// Tokens of a block; 0 where the trace has none, or does not say.
  [[nodiscard]] std::uint32_t block_tokens() const { return state_.facts.block_tokens; }
  /// From time 0 to the end of the window or, without one, to the last row that was read.
  [[nodiscard]] Seconds length() const;
  /// The file that is read, or was read last.
  [[nodiscard]] const std::string& path() const { return paths_[file_ - 1]; }
  /// What the trace was taken for, and what has been done to its rows so far.
  [[nodiscard]] TraceFacts facts() const;

 private:
  void open_next();
  bool read_ahead();
  void check_order(const ParsedRow& row);

  std::string where_;
  TraceState state_;
  std::vector<std::string> paths_;
  std::size_t file_ = 0;  ///< how many have been opened
  std::unique_ptr<TraceFile> reader_;
  bool typed_ = false;
  std::optional<LengthTypes> length_types_;
  RowOrder order_;
  std::optional<WallTime> first_;
  TimeWindow window_;
  Seconds last_{};
  bool any_in_window_ = false;
  bool ended_ = false;
};

/// Opens a trace: the first of its files, by which its classes are known to exist or not.
[[nodiscard]] std::unique_ptr<TraceReader> open_trace(const TraceConfig& config, const std::string& where,
                                                      std::uint64_t seed = 1,
                                                      PromptBlocks blocks = PromptBlocks::unused);

}  // namespace headroom

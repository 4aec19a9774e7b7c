#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/block_lists.hpp"
#include "headroom/request.hpp"
#include "table/table_reader.hpp"
#include "trace/arrivals.hpp"
#include "trace/prefix_share.hpp"
#include "trace/prompt_blocks.hpp"
#include "trace/row_order.hpp"
#include "trace/trace_config.hpp"
#include "trace/trace_facts.hpp"
#include "trace/trace_layout.hpp"
#include "trace/trace_types.hpp"

namespace headroom {

/// More tokens than this in one request are taken for a mistake in the file.
inline constexpr std::uint32_t largest_token_count = 10'000'000;

/// What the files of a trace share while they are read.
struct TraceState {
  TraceConfig config;
  PromptBlocks blocks = PromptBlocks::unused;
  TraceTypes types;
  PrefixShare prefixes;
  std::vector<BlockKey> prompt;  ///< of the row that is read
  BlockLists lists;              ///< of the rows that somebody still needs
  TraceFacts facts;
  std::optional<ArrivalClock> clock;  ///< where the files have no times
};

/// The requests of one file of a trace, in its order.
class TraceFile {
 public:
  TraceFile(const std::string& path, TraceState& state);

  /// The next request; false at the end. Failed ones are skipped or refused.
  bool next(ParsedRow& row);

  [[nodiscard]] bool typed() const { return columns_.type.has_value(); }
  [[nodiscard]] bool has_images() const { return columns_.images.has_value(); }
  [[noreturn]] void fail(const std::string& what) const { table_.fail(what); }
  /// Notes the columns that the file had beside those that are used.
  void note_unused();

 private:
  void note_new_columns();
  [[nodiscard]] bool skips_failures() const;
  [[nodiscard]] bool has_failed() const;
  [[nodiscard]] WallTime time();
  [[nodiscard]] std::uint32_t tokens(std::size_t column) const;
  [[nodiscard]] std::uint8_t images() const;
  [[nodiscard]] std::uint32_t note_prefix(std::uint32_t input_tokens);
  void check_blocks(std::uint32_t input_tokens);
  void check_zones();
  void note_columns();
  void check_has_blocks() const;

  TraceState& state_;
  TableReader table_;
  TraceColumns columns_;
  std::size_t seen_columns_ = 0;
  bool style_is_known_ = false;
};

}  // namespace headroom

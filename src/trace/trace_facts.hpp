#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/quantity.hpp"
#include "table/table_reader.hpp"
#include "table/utc_time.hpp"
#include "trace/length_types.hpp"

namespace headroom {

/// What a reader took a trace for, and what it did to its rows so far.
struct TraceFacts {
  std::string name;  ///< of the first file, or of the folder or list as a whole; without a folder
  std::size_t files = 0;
  std::string left_out;  ///< names in the folder that are no files of it
  std::string layout;
  Compression compression = Compression::none;
  std::vector<std::pair<std::string, std::string>> columns;  ///< what, and its header
  std::optional<TimeStyle> style;                            ///< none: arrivals come from a rate
  std::optional<bool> has_zones;                             ///< behind dates
  bool style_is_assumed = false;
  bool style_is_guessed = false;
  std::vector<std::string> ignored;  ///< columns that the layout explains and that are not used
  std::vector<std::string> unknown;  ///< other columns that are not used

  std::optional<LengthTypes> types;  ///< by length

  std::uint64_t rows = 0;  ///< requests, before the window cuts
  std::uint64_t skipped = 0;
  std::uint64_t late = 0;
  double latest_s = 0.0;                           ///< the most that a row was late
  Seconds span{};                                  ///< from the first row to the last that was read
  std::optional<Seconds> last;                     ///< when the last request comes, once that is known
  std::string excess;                              ///< of a window over the rows; empty: none
  Seconds window_start{};                          ///< time 0, after the first row
  std::optional<WallTime> start;                   ///< time 0, of a trace of dates that is neither stretched nor shrunk
  std::uint32_t block_tokens = 0;                  ///< of a block of a prompt; 0: not known
  bool blocks_fit = true;                          ///< each prompt has the blocks that its length asks for
  bool reuses_prefixes = false;                    ///< whoever reads it
  std::optional<double> repeated_prefix_fraction;  ///< of the prompt tokens; none: the trace does not say
};

/// What of it the user should know.
[[nodiscard]] Warnings warnings_of(const TraceFacts& facts);

}  // namespace headroom

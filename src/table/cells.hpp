#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// The cells of a record; they view the record, or the text that remains where quotes within quotes were undone.
struct Cells {
  std::vector<std::string_view> list;
  std::string undone;
};

enum class Split { whole, open_quote, text_behind_quote };

/// Splits a record at its delimiters as RFC 4180 says, blanks around cells and their quotes left out; where the
/// delimiter is a blank, cells are words. `open_quote`: the record goes on in the next line.
[[nodiscard]] Split split_cells(std::string_view record, char delimiter, Cells& cells);

/// The delimiter of a table by its header: the one of , ; tab and | that stands there most often outside quotes.
[[nodiscard]] char delimiter_of(std::string_view header);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// `; did you mean "…"?` with the candidate nearest to `word` by edit distance, or nothing where none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// Text of a user as a message shows it, in one line of letters alone: line breaks, escape sequences and bytes that are
/// no UTF-8 are written as `\n`, `\u001b`, `\xff`; what is longer than `most` letters ends in `...`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most = std::string_view::npos);

/// The shortest decimal text that reads back as exactly this number.
std::string shortest(double number);

/// `number` with its thousands separated for people: 1,234,567.
std::string grouped(std::uint64_t number);

/// The 16 hexadecimal digits of a number.
std::string hex(std::uint64_t number);

/// `1 point`, `1,234 points`.
std::string counted(std::size_t count, std::string_view what);

/// The words joined by a separator: `a, b, c`.
std::string join(std::span<const std::string> words, std::string_view separator);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace headroom {

/// The sizes that a search may ask about: from the first by steps to the last, which is one of them.
struct SizeRange {
  std::uint64_t from = 1;
  std::uint64_t to = 1;
  std::uint64_t step = 1;
};

/// Which sizes have been tried, and whether what was asked for held.
using TriedSizes = std::map<std::uint64_t, bool>;

/// The sizes to try next, none where the search is over. It begins with five across the range, then divides the gap
/// between the first size that breaks and the last below it that fits in four, and in the end tries the neighbours of
/// both. If one of these contradicts, the gap is another one, and the search goes on. What is tried depends on the
/// answers alone, not on how many can be had at a time.
[[nodiscard]] std::vector<std::uint64_t> next_sizes(const TriedSizes& tried, const SizeRange& range);

/// What a search found.
struct SizeFinding {
  std::optional<std::uint64_t> fits;     ///< the largest size up to which no size that was tried breaks
  std::optional<std::uint64_t> breaks;   ///< the smallest that breaks; none where all fit
  std::vector<std::uint64_t> fit_above;  ///< sizes above one that breaks, which fit nevertheless
};

[[nodiscard]] SizeFinding finding_of(const TriedSizes& tried);

}  // namespace headroom

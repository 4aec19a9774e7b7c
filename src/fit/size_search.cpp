#include "fit/size_search.hpp"

#include <algorithm>
#include <iterator>

namespace headroom {
namespace {

constexpr std::uint64_t kParts = 4;

/// The sizes by their place in the range.
class Places {
 public:
  explicit Places(const SizeRange& range) : range_(range) {}

  [[nodiscard]] std::uint64_t last() const { return (range_.to - range_.from) / range_.step; }
  [[nodiscard]] std::uint64_t size(std::uint64_t place) const { return range_.from + place * range_.step; }
  [[nodiscard]] std::uint64_t place(std::uint64_t size) const { return (size - range_.from) / range_.step; }

 private:
  const SizeRange& range_;
};

/// The places that divide a gap, its ends included.
std::vector<std::uint64_t> divided(std::uint64_t low, std::uint64_t high) {
  std::vector<std::uint64_t> places;
  for (std::uint64_t part = 0; part <= kParts; ++part) places.push_back(low + (high - low) * part / kParts);
  return places;
}

/// The places that matter next, tried or not.
std::vector<std::uint64_t> wanted(const TriedSizes& tried, const Places& places) {
  if (tried.empty()) return divided(0, places.last());
  const SizeFinding finding = finding_of(tried);
  if (!finding.fits) return {};
  const std::uint64_t fits = places.place(*finding.fits);
  const std::uint64_t breaks = finding.breaks ? places.place(*finding.breaks) : fits + 1;
  if (breaks - fits > 1) return divided(fits, breaks);
  return {fits == 0 ? 0 : fits - 1, std::min(breaks + 1, places.last())};
}

}  // namespace

std::vector<std::uint64_t> next_sizes(const TriedSizes& tried, const SizeRange& range) {
  const Places places(range);
  std::vector<std::uint64_t> sizes;
  for (const std::uint64_t place : wanted(tried, places))
    if (const std::uint64_t size = places.size(place); !tried.contains(size)) sizes.push_back(size);
  std::ranges::sort(sizes);
  const auto repeated = std::ranges::unique(sizes);
  sizes.erase(repeated.begin(), repeated.end());
  return sizes;
}

SizeFinding finding_of(const TriedSizes& tried) {
  SizeFinding finding;
  const auto first = std::ranges::find(tried, false, &TriedSizes::value_type::second);
  if (first != tried.begin()) finding.fits = std::prev(first)->first;
  if (first == tried.end()) return finding;
  finding.breaks = first->first;
  for (auto above = first; above != tried.end(); ++above)
    if (above->second) finding.fit_above.push_back(above->first);
  return finding;
}

}  // namespace headroom

#include "facility/inlet_offsets.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr Range given_offset = Range::between(-20, 20);

/// Place `index` of `count`, from 0 to 1; one that is alone stands in the middle.
double place_of(std::size_t index, std::size_t count) {
  return count > 1 ? static_cast<double>(index) / static_cast<double>(count - 1) : 0.5;
}

/// A list stretched over all places, with straight lines between its values.
Kelvin stretched(const std::vector<Kelvin>& values, double place) {
  if (values.empty()) return {};
  const double at = place * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (at - static_cast<double>(below));
}

Kelvin drawn(Kelvin sd, RandomStream& random) {
  return sd * std::clamp(random.normal(), -3.0, 3.0);
}

/// The first server behind `first` that stands elsewhere.
template <class PlaceOf>
std::size_t end_of(std::size_t first, std::size_t servers, PlaceOf node_of) {
  const auto node = node_of(first);
  while (first < servers && node_of(first) == node) ++first;
  return first;
}

}  // namespace

void InletOffsetSpec::fields(Fields& f) {
  f("rack_sd_k", rack_sd, "standard deviation between racks, cut at three of it", Range::between(0, 10));
  f("height_rise_k", height_rise, "from the lowest server of a rack, which comes first, to the highest",
    Range::between(0, 20));
  f("row_sd_k", row_sd, "standard deviation between rows, cut at three of it", Range::between(0, 10));
  f("by_rack_k", by_rack,
    "offsets by place of the rack in its row, from the air handlers on, beside the spread; stretched over the row by "
    "straight lines where it has another number of racks",
    given_offset);
  f("by_height_k", by_height, "offsets by height in the rack, beside the rise, stretched likewise", given_offset);
}

std::vector<Kelvin> inlet_offsets(const InletOffsetSpec& spec, const Site& site, OffsetStreams& random) {
  const auto rack_of = [&](std::size_t server) { return *site.tree().parent(site.server(server)); };
  std::vector<Kelvin> offsets;
  offsets.reserve(site.servers());
  while (offsets.size() < site.servers()) {
    const std::size_t end_of_row =
        end_of(offsets.size(), site.servers(), [&](std::size_t server) { return row_of(site, server); });
    std::vector<std::size_t> ends;  // of its racks
    for (std::size_t at = offsets.size(); at < end_of_row; at = ends.back())
      ends.push_back(end_of(at, end_of_row, rack_of));
    const Kelvin of_row = drawn(spec.row_sd, random.rows);
    for (std::size_t rack = 0; rack < ends.size(); ++rack) {
      const Kelvin of_rack =
          of_row + drawn(spec.rack_sd, random.racks) + stretched(spec.by_rack, place_of(rack, ends.size()));
      const std::size_t first = offsets.size();
      for (std::size_t i = first; i < ends[rack]; ++i) {
        const double height = place_of(i - first, ends[rack] - first);
        offsets.push_back(of_rack + spec.height_rise * (height - 0.5) + stretched(spec.by_height, height));
      }
    }
  }
  return offsets;
}

}  // namespace headroom

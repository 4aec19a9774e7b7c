#include "facility/inlet_offsets.hpp"

#include <algorithm>

namespace headroom {

std::vector<Kelvin> inlet_offsets(const InletOffsetSpec& spec, const Site& site, RandomStream& random) {
  std::vector<Kelvin> offsets;
  offsets.reserve(site.servers());
  while (offsets.size() < site.servers()) {
    const std::size_t first = offsets.size();
    const auto rack = site.tree().parent(site.server(first));
    std::size_t end = first;
    while (end < site.servers() && site.tree().parent(site.server(end)) == rack) ++end;
    const Kelvin of_rack = spec.rack_sd * std::clamp(random.normal(), -3.0, 3.0);
    for (std::size_t i = first; i < end; ++i) {
      const double height =
          end - first > 1 ? static_cast<double>(i - first) / static_cast<double>(end - first - 1) : 0.5;
      offsets.push_back(of_rack + spec.height_rise * (height - 0.5));
    }
  }
  return offsets;
}

}  // namespace headroom

#pragma once

#include <vector>

#include "base/random.hpp"
#include "facility/site.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// How inlets differ from their mean: by rack (its place in the aisle) and by height in the rack.
struct InletOffsetSpec {
  Kelvin rack_sd{1.0};
  Kelvin height_rise{2.0};

  void fields(Fields& f) {
    f("rack_sd_k", rack_sd, "standard deviation between racks, cut at three of it", Range::between(0, 10));
    f("height_rise_k", height_rise, "from the lowest server of a rack, which comes first, to the highest",
      Range::between(0, 20));
  }
};

/// The offset of every server: that of its rack, drawn from `random` rack by rack, and one linear in its height, which
/// is 0 in the middle. A rack is a node of the lowest level of the site.
std::vector<Kelvin> inlet_offsets(const InletOffsetSpec& spec, const Site& site, RandomStream& random);

}  // namespace headroom

#pragma once

#include <vector>

#include "base/random.hpp"
#include "facility/site.hpp"
#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// How inlets differ from their mean: by row, by rack (its place in the row) and by height in the rack. Everything adds
/// up.
struct InletOffsetSpec {
  Kelvin rack_sd{1.0};
  Kelvin height_rise{2.0};
  Kelvin row_sd{};
  std::vector<Kelvin> by_rack{};    ///< empty: none
  std::vector<Kelvin> by_height{};  ///< empty: none

  void fields(Fields& f);
};

/// Draws the offsets of a site: a stream for each purpose.
struct OffsetStreams {
  RandomStream racks, rows;
};

/// The offset of every server: that of its row and its rack, drawn row by row and rack by rack, one linear in its
/// height, which is 0 in the middle, and those given by place. A rack is a node of the lowest level of the site.
std::vector<Kelvin> inlet_offsets(const InletOffsetSpec& spec, const Site& site, OffsetStreams& random);

}  // namespace headroom

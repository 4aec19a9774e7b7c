#include "workload/image_counts.hpp"

#include <algorithm>
#include <cmath>

#include "headroom/elementary.hpp"

namespace headroom {

void ImageCountsConfig::fields(Fields& fields) {
  fields("mean", mean, "images of a request on average, geometrically distributed from 1 on, before they are cut",
         Range::between(1.0, kMostImages));
  fields("most", most, "requests that would bring more bring as many", Range::between(1, kMostImages));
}

std::uint8_t ImageCountsConfig::draw(RandomStream& stream) const {
  const double u = stream.uniform();
  if (mean <= 1.0) return 1;
  const double more = std::floor(portable::log(u) / portable::log(1.0 - 1.0 / mean));
  return static_cast<std::uint8_t>(std::min(1.0 + more, static_cast<double>(most)));
}

}  // namespace headroom

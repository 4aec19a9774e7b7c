#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "headroom/fields.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// How many images requests bring: at least one, geometrically, more than `most` become `most`.
struct ImageCountsConfig {
  double mean = 1.0;  ///< before it is cut
  std::uint32_t most = kMostImages;
  void fields(Fields& fields);

  [[nodiscard]] std::uint8_t draw(RandomStream& stream) const;
};

}  // namespace headroom

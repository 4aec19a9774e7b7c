#pragma once

#include <span>

#include "headroom/quantity.hpp"

namespace headroom {

/// How what is made item by item can be played while it is made; from when the job came.
struct Playback {
  Seconds first{};          ///< the first item is there
  Seconds ttff{};           ///< the playback can begin and never wait
  Seconds ttff_by_total{};  ///< the same as if items came evenly: the first item, or the last less what is played
  Seconds stalled{};        ///< what a playback waits that begins with the first item
  std::size_t stalls = 0;   ///< how often
};

/// Of items of one length that are there at these dates, in order of playing.
[[nodiscard]] Playback playback_of(std::span<const Seconds> there, Seconds item);

}  // namespace headroom

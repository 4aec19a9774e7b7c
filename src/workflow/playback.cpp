#include "workflow/playback.hpp"

#include <algorithm>

namespace headroom {

Playback playback_of(std::span<const Seconds> there, Seconds item) {
  Playback playback;
  playback.first = there.front();
  Seconds plays = there.front(), last;
  for (std::size_t i = 0; i < there.size(); ++i) {
    playback.ttff = std::max(playback.ttff, there[i] - item * static_cast<double>(i));
    last = std::max(last, there[i]);
    if (there[i] > plays) {
      playback.stalled += there[i] - plays;
      ++playback.stalls;
      plays = there[i];
    }
    plays += item;
  }
  playback.ttff_by_total = std::max(playback.first, last - item * static_cast<double>(there.size()));
  return playback;
}

}  // namespace headroom

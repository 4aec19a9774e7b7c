#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace headroom {

/// What happens, in the order in which events of one date run. Temperatures (a die at its limit, new inlets) and jobs
/// come behind the end: they cannot change what a run has done by then.
enum class EventKind : std::uint8_t {
  completion,  ///< of what an instance runs
  transfer,    ///< a KV cache has travelled, or is to be sent once more
  flow,        ///< of bytes through a network that flows share sets out, or is cut
  graph,       ///< stages of job graphs go to instances, or a job comes
  image,       ///< images of a request go to be encoded, or are
  trip,        ///< of a protection device
  incident,    ///< something befalls the site
  reshard,     ///< weights have travelled between the GPUs of a server
  deployment,  ///< a phase of an instance's start is over, or the time it had to drain
  arrival,     ///< of the next request
  sample,      ///< of telemetry, at the end of its window
  window,      ///< of a sample to come opens
  delivery,    ///< of the oldest sample under way
  control,     ///< a controller decides
  actuation,   ///< a command lands
  end,         ///< of the run
  die_limit,   ///< a die reaches its limit, or may leave it
  inlet,       ///< temperatures are taken anew
  job,         ///< a training job is submitted, or has run its time
  backstop,    ///< a controller with a line of its own decides, or a command of it lands
  cohort,      ///< something of servers that a job moves together changes
  tenant,      ///< a tenant comes, goes, or draws another power
  vm           ///< a virtual machine comes or goes, or all draw another power
};
inline constexpr std::size_t kEventKinds = 23;

/// What a fingerprint takes a kind for: never changed, never used again, so that a new kind or another order of kinds
/// moves no fingerprint.
inline constexpr std::array<std::uint8_t, kEventKinds> kEventCodes = {0, 17, 18, 21, 22, 1,  15, 19, 14, 2,  3, 4,
                                                                      5, 6,  7,  8,  9,  10, 11, 12, 13, 16, 20};
[[nodiscard]] constexpr std::uint8_t code_of(EventKind kind) {
  return kEventCodes[static_cast<std::size_t>(kind)];
}

/// `target` means what the kind's handler takes it for.
struct Event {
  double time;
  std::uint64_t order;  ///< kind in the top byte, then the sequence number
  std::uint32_t target;

  [[nodiscard]] EventKind kind() const { return static_cast<EventKind>(order >> 56); }
};

}  // namespace headroom

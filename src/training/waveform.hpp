#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "headroom/quantity.hpp"

namespace headroom {

/// What a job does at a time: compute takes longer at a lower SM clock, the rest does not. `memory`: layers that memory
/// bounds.
enum class PhaseKind : std::uint8_t { compute, communication, checkpoint, idle, memory };
inline std::array<std::string_view, 5> words_of(PhaseKind) {
  return {"compute", "communication", "checkpoint", "idle", "memory"};
}

/// A stretch of constant draw of one GPU.
struct WaveStep {
  Seconds duration{};  ///< above 0; at the highest SM clock and without a cap
  Power power{};       ///< likewise
  PhaseKind kind = PhaseKind::compute;
  bool operator==(const WaveStep&) const = default;
};

/// The draw of one GPU of a job over the job's own time, as steps that follow each other without a gap.
class Waveform {
 public:
  virtual ~Waveform() = default;
  /// The step after the one before; false where the waveform has ended. Allocates nothing.
  virtual bool next(WaveStep& step) = 0;
};

}  // namespace headroom

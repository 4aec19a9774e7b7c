#pragma once

#include <memory>
#include <vector>

#include "training/waveform_config.hpp"

namespace headroom {

/// An edge lasts so many time constants; what the exponential would still do after them is spread over its stairs.
inline constexpr double kEdgeTimeConstants = 4.0;

/// Lets the draw follow each change as a first-order response, P(t) = P1 + (P0 - P1) exp(-t / tau), in n stairs of
/// width w = 4 tau / n at the mean over each: of the height P0 - P1 remains, in stair k,
/// (exp(-k w/tau) - exp(-(k+1) w/tau)) tau/w / (1 - exp(-4)). So the energy of a whole edge is the exponential's. A
/// phase shorter than the edge ends in its stair, from which the next one starts.
class Edges final : public Waveform {
 public:
  Edges(std::unique_ptr<Waveform> inner, const EdgeConfig& config, Power before);
  bool next(WaveStep& step) override;

 private:
  std::unique_ptr<Waveform> inner_;
  std::vector<double> remaining_;  ///< share of the height, by stair
  Seconds width_;
  Power level_;      ///< of the step given last
  WaveStep target_;  ///< what is left of the step that the draw goes to
  Power height_{};
  std::size_t stair_ = 0;
};

}  // namespace headroom

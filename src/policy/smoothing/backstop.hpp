#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "headroom/policy.hpp"

namespace headroom {

/// The last line of defence of a site with training jobs (arXiv 2508.14318, section on the backstop): it watches the
/// amplitude of some frequencies in a node's power by fast telemetry, and answers in tiers while one of them is too
/// large: throttle (a cap on the GPUs of all jobs), shed (end the largest job), disconnect (end them all). Which limits
/// and times: ours, the paper gives none.
///
/// Amplitude of frequency f over the last N samples: 2/N |sum x_i exp(-2 pi j f i T)|, f rounded to a multiple of
/// 1 / window, so that a constant power has none; by a sliding sum, taken anew once a window.
class Backstop : public Policy {
 public:
  enum class Tier : std::uint8_t { none, throttle, shed, disconnect };

  void fields(Fields& f) override;
  void check(const Scope& scope) const override;

  [[nodiscard]] bool enabled() const { return enabled_; }
  [[nodiscard]] const std::string& node() const { return node_; }
  [[nodiscard]] Seconds sample() const { return sample_; }
  [[nodiscard]] Seconds delay() const { return delay_; }
  [[nodiscard]] double cap_fraction() const { return cap_fraction_; }

  /// Before the first sample.
  void start();
  /// A sample of the node's power; samples come every `sample()`. Returns the tier that holds from now on: one more
  /// each `patience_s` while an amplitude is above the limit, none again after `calm_s` without one. What was shed or
  /// disconnected stays so.
  [[nodiscard]] Tier look(Power power);
  /// The largest amplitude at the last sample; 0 until the window has been filled.
  [[nodiscard]] Power amplitude() const;

 private:
  struct Bin {
    std::complex<double> sum, fresh, turn;  ///< sum over the window; the one taken anew; factor of one sample
    std::complex<double> phase{1.0, 0.0};
  };

  bool enabled_ = false;
  std::string node_ = "site";
  Seconds sample_{0.02}, delay_{0.1}, window_{10.0}, patience_{5.0}, calm_{30.0};
  std::vector<double> watch_hz_{0.5, 1.0, 2.0};
  std::optional<Power> limit_;
  double cap_fraction_ = 0.6;

  std::vector<double> samples_;
  std::vector<Bin> bins_;
  std::size_t next_ = 0;
  bool filled_ = false;
  Seconds above_{}, below_{};
  Tier tier_ = Tier::none;
};

}  // namespace headroom

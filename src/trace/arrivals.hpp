#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "base/random.hpp"
#include "headroom/fields.hpp"
#include "trace/rate_curve.hpp"

namespace headroom {

/// How the arrivals of a generated workload are scattered around their rate.
struct Scatter {
  double cv = 1.0;  ///< of the gaps between arrivals, in time rescaled by the rate
  bool switches = false;
  Seconds on_mean{};
  Seconds off_mean{};
  double on_cv = 1.0;
  double off_cv = 1.0;
};

/// The settings of one kind of arrival process.
class ArrivalProcess {
 public:
  virtual ~ArrivalProcess() = default;
  virtual void fields(Fields& fields) = 0;
  [[nodiscard]] virtual Scatter scatter() const = 0;
};

/// poisson, gamma and on_off.
[[nodiscard]] std::span<const Kind<ArrivalProcess>> arrival_kinds();

using ArrivalChoice = Choice<ArrivalProcess>;
/// Poisson arrivals.
[[nodiscard]] ArrivalChoice default_arrivals();

/// Produces arrival times by time rescaling: gaps of mean 1 are drawn in operational time, the integral of the rate,
/// which is inverted exactly (the rate is piecewise linear). On-off switching multiplies the rate by 0 or by the
/// factor that keeps the mean.
class ArrivalClock {
 public:
  /// `where` is what messages call it. Nobody asks for arrivals after `end`.
  ArrivalClock(double rate_per_s, RateCurve curve, const Scatter& scatter, std::uint64_t seed, std::string where,
               Seconds end = Seconds(std::numeric_limits<double>::infinity()));

  /// The time of the next arrival in seconds, not below the one before; infinity where none comes before the end.
  /// Throws InputError where far more bursts and steps of the rate curve pass than anybody could mean.
  [[nodiscard]] double next();

 private:
  void enter_piece();
  void switch_state();

  void check_progress(std::uint64_t pieces) const;

  double rate_per_s_;
  RateCurve curve_;
  Scatter scatter_;
  RandomStream gaps_;
  RandomStream switches_;
  bool on_ = true;
  double switch_s_ = std::numeric_limits<double>::infinity();
  std::uint64_t index_ = 0;
  RateSegment segment_;
  double time_s_ = 0.0;
  double piece_end_s_ = 0.0;
  double end_s_;
  std::string where_;
};

}  // namespace headroom

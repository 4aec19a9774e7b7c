#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"
#include "table/table_file.hpp"

namespace headroom {

enum class Interpolation : std::uint8_t { hold, linear };
inline std::array<std::string_view, 2> words_of(Interpolation) {
  return {"hold", "linear"};
}

enum class Normalisation : std::uint8_t { mean, peak };
inline std::array<std::string_view, 2> words_of(Normalisation) {
  return {"mean", "peak"};
}

/// What a curve is of.
enum class CurveCounts : std::uint8_t { requests, input_tokens };
inline std::array<std::string_view, 2> words_of(CurveCounts) {
  return {"requests", "input_tokens"};
}

/// The shape of the arrival rate over time; it repeats after its length.
struct RateCurveConfig {
  std::string path;
  std::vector<double> values;
  Seconds step{};
  Interpolation interpolation = Interpolation::hold;
  Normalisation normalise = Normalisation::mean;
  CurveCounts counts = CurveCounts::requests;

  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

/// A stretch of time over which a rate is linear.
struct RateSegment {
  double start_s = 0.0;
  double end_s = 0.0;
  double start_rate = 0.0;
  double end_rate = 0.0;
  [[nodiscard]] double rate_at(double time_s) const {
    if (start_rate == end_rate) return start_rate;
    return start_rate + (end_rate - start_rate) * ((time_s - start_s) / (end_s - start_s));
  }
};

/// A repeating piecewise linear factor on a rate, whose mean or peak is 1. Its first sample is at time 0.
class RateCurve {
 public:
  /// The constant 1.
  RateCurve() = default;
  /// Reads the file where the configuration names one, and warns of columns that it does not use. `input_tokens` says
  /// how long the prompts at a time are in the mean; only a curve that counts input tokens asks for it.
  RateCurve(const RateCurveConfig& config, Warnings& warnings,
            const std::function<double(double time_s)>& input_tokens = {});

  /// The segments count on from 0 through all repetitions.
  [[nodiscard]] RateSegment segment(std::uint64_t index) const;

 private:
  void normalise(Normalisation how);
  std::vector<RateSegment> segments_;
};

}  // namespace headroom

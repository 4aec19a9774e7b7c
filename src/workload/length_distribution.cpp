#include "workload/length_distribution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "table/table_file.hpp"
#include "trace/trace_file.hpp"

namespace headroom {
namespace {

constexpr Range token_range = Range::between(1.0, largest_token_count);

/// Says where the bounds are the wrong way round.
void check_bounds(std::uint32_t low, std::uint32_t high, const Scope& scope) {
  if (low > high) scope.at("max_tokens").problem("must not be below min_tokens");
}

/// Draws from any of the simple distributions through a function.
template <class Draw>
class DrawSampler : public LengthSampler {
 public:
  explicit DrawSampler(Draw draw) : draw_(draw) {}
  [[nodiscard]] std::uint32_t sample(RandomStream& stream) const override { return draw_(stream); }

 private:
  Draw draw_;
};

template <class Draw>
std::unique_ptr<LengthSampler> sampler_of(Draw draw) {
  return std::make_unique<DrawSampler<Draw>>(draw);
}

class Fixed : public LengthDistribution {
 public:
  void fields(Fields& fields) override { fields.required("tokens", tokens_, "the length", token_range); }
  [[nodiscard]] std::unique_ptr<LengthSampler> sampler(Warnings&) const override {
    return sampler_of([tokens = tokens_](RandomStream&) { return tokens; });
  }
  [[nodiscard]] std::uint32_t least_tokens() const override { return tokens_; }

 private:
  std::uint32_t tokens_ = 1;
};

class Uniform : public LengthDistribution {
 public:
  void fields(Fields& fields) override {
    fields.required("min_tokens", min_, "the shortest length", token_range);
    fields.required("max_tokens", max_, "the longest length; all between are equally likely", token_range);
  }
  void check(const Scope& scope) const override { check_bounds(min_, max_, scope); }
  [[nodiscard]] std::unique_ptr<LengthSampler> sampler(Warnings&) const override {
    return sampler_of([low = min_, high = max_](RandomStream& stream) {
      return static_cast<std::uint32_t>(stream.integer(low, high));
    });
  }
  [[nodiscard]] std::uint32_t least_tokens() const override { return min_; }

 private:
  std::uint32_t min_ = 1;
  std::uint32_t max_ = 1;
};

class Lognormal : public LengthDistribution {
 public:
  void fields(Fields& fields) override {
    fields.required("median_tokens", median_, "half of the lengths are below",
                    Range::between(1.0, largest_token_count));
    fields.required("sigma", sigma_, "standard deviation of the natural logarithm of the length",
                    Range::between(0.0, 10.0));
    fields("min_tokens", min_, "shorter lengths become this", token_range);
    fields("max_tokens", max_, "longer lengths become this", token_range);
  }
  void check(const Scope& scope) const override { check_bounds(min_, max_, scope); }
  [[nodiscard]] std::unique_ptr<LengthSampler> sampler(Warnings&) const override {
    return sampler_of([*this](RandomStream& stream) {
      const double length = std::round(stream.lognormal(median_, sigma_));
      return static_cast<std::uint32_t>(std::clamp(length, static_cast<double>(min_), static_cast<double>(max_)));
    });
  }
  [[nodiscard]] std::uint32_t least_tokens() const override { return min_; }

 private:
  double median_ = 1.0;
  double sigma_ = 0.0;
  std::uint32_t min_ = 1;
  std::uint32_t max_ = 1'000'000;
};

struct CdfPoint {
  std::uint32_t tokens = 0;
  double cumulative_fraction = 0.0;
  void fields(Fields& fields) {
    fields.required("tokens", tokens, "a length", Range::between(0.0, largest_token_count));
    fields.required("cumulative_fraction", cumulative_fraction, "share of the lengths that are at most this long",
                    Range::fraction());
  }
};

/// What is wrong with a cumulative distribution, or an empty text.
std::string cdf_problem(const std::vector<CdfPoint>& points) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].tokens <= points[i - 1].tokens) return "tokens must increase from point to point";
    if (points[i].cumulative_fraction < points[i - 1].cumulative_fraction) return "cumulative_fraction must not fall";
  }
  if (points.empty() || points.back().cumulative_fraction != 1.0) return "cumulative_fraction must end at 1";
  if (points.front().tokens == 0 && points.front().cumulative_fraction > 0.0) return "no length may be 0";
  return {};
}

/// Inverts a cumulative distribution that is linear between its points and starts at 0 tokens.
class EmpiricalSampler : public LengthSampler {
 public:
  explicit EmpiricalSampler(const std::vector<CdfPoint>& points) {
    if (points.front().tokens > 0) points_.push_back({0, 0.0});
    points_.insert(points_.end(), points.begin(), points.end());
  }
  /// Lengths are rounded up, so that the share of lengths up to a point is exactly that point's fraction.
  [[nodiscard]] std::uint32_t sample(RandomStream& stream) const override {
    const double u = stream.uniform();
    const auto above = std::lower_bound(points_.begin() + 1, points_.end() - 1, u,
                                        [](const CdfPoint& point, double x) { return point.cumulative_fraction < x; });
    const auto& below = *(above - 1);
    const double rise = above->cumulative_fraction - below.cumulative_fraction;
    const double part = rise > 0.0 ? (u - below.cumulative_fraction) / rise : 1.0;
    const double length = std::ceil(below.tokens + part * (above->tokens - below.tokens));
    return static_cast<std::uint32_t>(std::clamp(length, 1.0, static_cast<double>(above->tokens)));
  }

 private:
  std::vector<CdfPoint> points_;
};

class Empirical : public LengthDistribution {
 public:
  void fields(Fields& fields) override {
    fields("points", points_, "the cumulative distribution, linear between its points");
    fields("path", path_, "a CSV file with the columns tokens,cumulative_fraction instead of points");
  }
  void check(const Scope& scope) const override {
    if (points_.empty() == path_.empty()) scope.problem("must have either points or path");
    else if (path_.empty() && !cdf_problem(points_).empty()) scope.at("points").problem(cdf_problem(points_));
  }
  [[nodiscard]] std::unique_ptr<LengthSampler> sampler(Warnings& warnings) const override {
    if (path_.empty()) return std::make_unique<EmpiricalSampler>(points_);
    std::vector<CdfPoint> points;
    for (const auto& [x, y, line] : read_table(path_, "tokens", "cumulative_fraction", warnings)) {
      if (x < 0.0 || x > largest_token_count || x != std::floor(x) || y < 0.0 || y > 1.0)
        throw InputError(path_ + ':' + std::to_string(line),
                         "tokens must be whole numbers and cumulative_fraction between 0 and 1");
      points.push_back({static_cast<std::uint32_t>(x), y});
    }
    if (const std::string problem = cdf_problem(points); !problem.empty()) throw InputError(path_, problem);
    return std::make_unique<EmpiricalSampler>(points);
  }

 private:
  std::vector<CdfPoint> points_;
  std::string path_;
};

template <class T>
std::unique_ptr<LengthDistribution> make() {
  return std::make_unique<T>();
}

constexpr std::array<Kind<LengthDistribution>, 4> length_distributions{{
    {"fixed", "every length is the same", make<Fixed>},
    {"uniform", "whole numbers between two bounds, both included", make<Uniform>},
    {"lognormal", "the logarithm is normal; lengths are rounded and clamped", make<Lognormal>},
    {"empirical", "a given cumulative distribution", make<Empirical>},
}};

}  // namespace

std::span<const Kind<LengthDistribution>> length_kinds() {
  return length_distributions;
}

}  // namespace headroom

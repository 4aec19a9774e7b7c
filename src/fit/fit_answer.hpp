#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "fit/fit_limit.hpp"
#include "fit/fit_study.hpp"
#include "fit/size_search.hpp"

namespace headroom {

/// What a size measured, a value for each limit.
using FitValues = std::map<std::uint64_t, std::vector<double>>;

/// The sizes that were tried and which of them keep all limits.
[[nodiscard]] TriedSizes tried_sizes(const FitValues& values, const std::vector<FitLimit>& limits);

/// Answers of draws of the models' errors: between a tenth and nine tenths of them; 0 where not even the first size
/// fits.
struct FitInterval {
  std::vector<std::uint64_t> draws;  ///< by number of the draw

  [[nodiscard]] std::uint64_t quantile(double share) const;
};

/// All that a search found.
struct FitAnswer {
  FitBase base;
  std::string policy;
  SizeRange range;
  std::vector<FitLimit> limits;
  FitValues values;
  FitInterval interval;
};

/// `57 servers fit under polca, 42.5 % more than 40 ...: 58 break low.e2e_p50: +5.2 %, limit +5.0 %.` and the sentences
/// that go with it.
[[nodiscard]] std::string answer_text(const FitAnswer& answer);
/// The sizes with their values, a line each.
[[nodiscard]] std::string answer_table(const FitAnswer& answer);
/// What fit.json holds.
[[nodiscard]] Json answer_json(const FitAnswer& answer);

}  // namespace headroom

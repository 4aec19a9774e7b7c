#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/problem.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// How the shares of the types change over time; they repeat after their length.
struct MixConfig {
  std::string path;
  Seconds step{3600.0};
  void fields(Fields& fields);
  void check(const Scope& scope) const;
};

/// The shares of types of request over time, each held for a step.
class Mix {
 public:
  /// Shares that do not change.
  explicit Mix(std::span<const double> shares);
  /// Reads a table with a column for each type; shares of a row count among each other.
  Mix(const MixConfig& config, std::span<const std::string> types, Warnings& warnings);

  /// The sums of the shares up to each type at a time, of which the last one is their whole.
  [[nodiscard]] std::span<const double> cumulative_shares(double time_s) const {
    const std::size_t rows = cumulative_.size() / types_;
    const std::size_t row = rows == 1 ? 0 : static_cast<std::size_t>(time_s / step_s_) % rows;
    return {cumulative_.data() + row * types_, types_};
  }

 private:
  void add(std::span<const double> shares);
  std::size_t types_;
  double step_s_ = 1.0;
  std::vector<double> cumulative_;  ///< step by step
};

}  // namespace headroom

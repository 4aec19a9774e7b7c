#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace headroom {

/// A mixed-integer linear program: the least sum of costs of its columns, each of which is at least 0, between the
/// bounds of its rows. At least one is whole.
class Milp {
 public:
  struct Row {
    double low, high;
    std::vector<std::pair<std::size_t, double>> sum;
  };

  /// Adds a variable, and says its number.
  std::size_t add_column(double cost, bool whole);
  /// Adds low <= sum of factor * column <= high, over pairs of a column and its factor; bounds may be infinite.
  void add_row(double low, double high, std::vector<std::pair<std::size_t, double>> sum);

  struct Solution {
    std::vector<double> values;  ///< by column; whole ones are whole
    std::uint64_t nodes = 0;     ///< of the search tree
    bool proven = true;          ///< that nothing costs less
  };
  /// By branch and cut (COIN-OR CBC), on one thread, after so many nodes at most: no clock has a say in the answer.
  /// None where no values keep all rows, or none were found.
  [[nodiscard]] std::optional<Solution> solve(std::uint32_t most_nodes) const;

  [[nodiscard]] const std::vector<double>& costs() const { return costs_; }
  [[nodiscard]] const std::vector<bool>& whole() const { return whole_; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<double> costs_;
  std::vector<bool> whole_;
  std::vector<Row> rows_;
};

}  // namespace headroom

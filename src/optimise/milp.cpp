#include "optimise/milp.hpp"

#include <algorithm>
#include <memory>

#include "base/assert.hpp"
#include "base/own_library.hpp"
#include "optimise/cbc/solve_milp.hpp"

namespace headroom {

std::size_t Milp::add_column(double cost, bool whole) {
  costs_.push_back(cost);
  whole_.push_back(whole);
  return costs_.size() - 1;
}

void Milp::add_row(double low, double high, std::vector<std::pair<std::size_t, double>> sum) {
  rows_.push_back({low, high, std::move(sum)});
}

std::optional<Milp::Solution> Milp::solve(std::uint32_t most_nodes) const {
  check_that(std::ranges::find(whole_, true) != whole_.end(), "a mixed-integer program has a whole column");
  static const auto solver = reinterpret_cast<SolveMilp*>(function_of("libheadroom_milp.so", kSolveMilp));
  const std::unique_ptr<const Solution> found(solver(*this, most_nodes));
  return found ? std::optional(*found) : std::nullopt;
}

}  // namespace headroom

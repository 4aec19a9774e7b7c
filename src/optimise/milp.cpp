#include "optimise/milp.hpp"

#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "base/assert.hpp"

namespace headroom {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::max();  // what CBC takes for infinity

double bound(double value) {
  return std::isinf(value) ? std::copysign(kInfinite, value) : value;
}

struct FreeModel {
  void operator()(Cbc_Model* model) const { Cbc_deleteModel(model); }
};
using Model = std::unique_ptr<Cbc_Model, FreeModel>;

}  // namespace

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
  const Model model(Cbc_newModel());
  for (const auto& [name, value] : {std::pair<const char*, std::string>{"log", "0"},
                                    {"threads", "0"},
                                    {"ratioGap", "0"},
                                    {"allowableGap", "1e-9"},
                                    {"maxNodes", std::to_string(most_nodes)}})
    Cbc_setParameter(model.get(), name, value.c_str());
  Cbc_setObjSense(model.get(), 1);
  for (std::size_t i = 0; i < costs_.size(); ++i)
    Cbc_addCol(model.get(), "", 0, kInfinite, costs_[i], static_cast<char>(whole_[i]), 0, nullptr, nullptr);
  for (const Row& row : rows_) {
    std::vector<int> columns;
    std::vector<double> factors;
    for (const auto& [column, factor] : row.sum) {
      columns.push_back(static_cast<int>(column));
      factors.push_back(factor);
    }
    Cbc_addRow(model.get(), "", static_cast<int>(columns.size()), columns.data(), factors.data(), 'L', 0);
    const int last = Cbc_getNumRows(model.get()) - 1;
    Cbc_setRowLower(model.get(), last, bound(row.low));
    Cbc_setRowUpper(model.get(), last, bound(row.high));
  }
  Cbc_solve(model.get());
  const double* found = Cbc_bestSolution(model.get());
  if (found == nullptr) return std::nullopt;
  Solution solution{{found, found + costs_.size()},
                    static_cast<std::uint64_t>(Cbc_getNodeCount(model.get())),
                    Cbc_isProvenOptimal(model.get()) != 0};
  for (std::size_t i = 0; i < costs_.size(); ++i)
    if (whole_[i]) solution.values[i] = std::round(solution.values[i]);
  return solution;
}

}  // namespace headroom

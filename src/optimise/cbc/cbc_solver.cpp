#include <coin/Cbc_C_Interface.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "optimise/cbc/solve_milp.hpp"

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

extern "C" Milp::Solution* headroom_solve_milp(const Milp& program, std::uint32_t most_nodes) {
  const std::vector<double>& costs = program.costs();
  const Model model(Cbc_newModel());
  for (const auto& [name, value] : {std::pair<const char*, std::string>{"log", "0"},
                                    {"threads", "0"},
                                    {"ratioGap", "0"},
                                    {"allowableGap", "1e-9"},
                                    {"maxNodes", std::to_string(most_nodes)}})
    Cbc_setParameter(model.get(), name, value.c_str());
  Cbc_setObjSense(model.get(), 1);
  for (std::size_t i = 0; i < costs.size(); ++i)
    Cbc_addCol(model.get(), "", 0, kInfinite, costs[i], static_cast<char>(program.whole()[i]), 0, nullptr, nullptr);
  for (const Milp::Row& row : program.rows()) {
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
  if (found == nullptr) return nullptr;
  auto solution = std::make_unique<Milp::Solution>();
  *solution = {{found, found + costs.size()},
               static_cast<std::uint64_t>(Cbc_getNodeCount(model.get())),
               Cbc_isProvenOptimal(model.get()) != 0};
  for (std::size_t i = 0; i < costs.size(); ++i)
    if (program.whole()[i]) solution->values[i] = std::round(solution->values[i]);
  return solution.release();
}
static_assert(std::is_same_v<decltype(headroom_solve_milp), SolveMilp>);

}  // namespace headroom

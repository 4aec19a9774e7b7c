#include "workload/mix.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <numeric>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr double largest_share = 1e9;

}  // namespace

void MixConfig::fields(Fields& fields) {
  fields.required("path", path,
                  "a CSV file with a column for each type, called like it, and a row for each step; shares of a row "
                  "count among each other; a first column that is no type is not read");
  fields("step_s", step, "how long a row holds", Range::between(1e-3, 1e9));
}

void MixConfig::check(const Scope& scope) const {
  if (path.empty()) scope.at("path").problem("must not be empty");
}

Mix::Mix(std::span<const double> shares) : types_(shares.size()) {
  add(shares);
}

Mix::Mix(const MixConfig& config, std::span<const std::string> types, Warnings& warnings)
    : types_(types.size()), step_s_(config.step.value()) {
  TableReader table(config.path);
  std::vector<std::size_t> columns;
  for (const std::string& type : types) columns.push_back(table.named(type));
  if (std::ranges::find(columns, 0) == columns.end()) table.use(0);
  if (const auto unused = table.unused(); !unused.empty())
    warnings.push_back({std::filesystem::path(config.path).filename().string(), "not used: " + join(unused, ", ")});
  std::vector<double> shares(types.size());
  while (table.next()) {
    std::ranges::transform(columns, shares.begin(), [&](std::size_t column) { return table.number(column); });
    if (std::ranges::any_of(shares, [](double share) { return share < 0.0 || share > largest_share; }))
      table.fail("the shares must lie between 0 and 1e9");
    if (std::ranges::max(shares) <= 0.0) table.fail("one share must be above 0");
    add(shares);
  }
  if (cumulative_.empty()) throw InputError(config.path, "the table has no rows");
}

void Mix::add(std::span<const double> shares) {
  std::partial_sum(shares.begin(), shares.end(), std::back_inserter(cumulative_));
}

}  // namespace headroom

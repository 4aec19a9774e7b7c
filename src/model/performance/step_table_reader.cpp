// The files of step tables: docs/step_tables.md says their layout.
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "model/performance/keyed_table.hpp"
#include "model/performance/knot_table.hpp"
#include "model/performance/steps_config.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

constexpr double kMostTokens = 4e9;

double positive(const TableReader& table, std::size_t column) {
  const double value = table.number(column);
  if (value <= 0) table.fail(table.columns()[column].name + " must be above 0");
  return value;
}

/// A key: a whole number of at least 0.
double whole(const TableReader& table, std::size_t column) {
  const double value = table.number(column);
  if (value < 0 || value > kMostTokens || value != std::floor(value))
    table.fail(table.columns()[column].name + " must be a whole number from 0 to 4e9");
  return value;
}

/// None where the table has no column of this header.
std::optional<std::size_t> column_called(TableReader& table, std::string_view header) {
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (table.columns()[i].name == header) return table.use(i);
  return std::nullopt;
}

class RowFilter {
 public:
  RowFilter(TableReader& table, const std::map<std::string, std::string>& rows) : table_(table) {
    for (const auto& [name, value] : rows) wanted_.push_back({table.use(table.named(name)), value});
  }
  [[nodiscard]] bool takes() const {
    for (const auto& [column, value] : wanted_)
      if (table_.cell(column) != value) return false;
    return true;
  }

 private:
  TableReader& table_;
  std::vector<std::pair<std::size_t, std::string>> wanted_;
};

std::unique_ptr<const StepTable> read_knots(const StepsConfig& config) {
  TableReader table(config.path, {.subject = "table of step times"});
  const std::size_t tokens = table.use(table.named("batch_tokens"));
  const std::size_t prompt = table.use(table.named("prompt_time_s"));
  const std::size_t decode = table.use(table.named("token_time_s"));
  const RowFilter filter(table, config.rows);
  std::vector<KnotTable::Knot> knots;
  while (table.next()) {
    if (!filter.takes()) continue;
    const KnotTable::Knot knot{positive(table, tokens), positive(table, prompt), positive(table, decode)};
    if (!knots.empty() && knot.tokens <= knots.back().tokens)
      table.fail("batch_tokens must rise from row to row, but " + shortest(knot.tokens) + " comes after " +
                 shortest(knots.back().tokens) + (config.rows.empty() ? "; rows says which ones to take" : ""));
    knots.push_back(knot);
  }
  if (knots.size() < 2)
    throw InputError(config.path, std::string(knots.empty() ? "no row" : "only one row") +
                                      " is as `rows` asks; a table of step times needs two at least");
  return std::make_unique<KnotTable>(std::move(knots), KnotTable::Rules{config.mixed_factor, config.extend},
                                     config.path);
}

/// Times in ms by up to two keys, in seconds.
KeyedTable::Times read_attention(const std::string& path, std::string_view first, std::string_view second) {
  TableReader table(path, {.subject = "table of step times"});
  const std::size_t a = table.use(table.named(first)), b = table.use(table.named(second));
  const std::size_t ms = table.use(table.named("ms"));
  KeyedTable::Times times;
  while (table.next())
    if (!times.emplace(KeyedTable::key(whole(table, a), whole(table, b)), table.number(ms) / 1000).second)
      table.fail("another row has the same keys");
  return times;
}

/// What a layer takes for all tokens: the sum of the row.
KeyedTable::Times read_layers(const StepsConfig& config) {
  TableReader table(config.path, {.subject = "table of step times"});
  const std::size_t tokens = table.use(table.named("num_tokens"));
  std::vector<double> factors(table.columns().size(), 1.0);
  factors[tokens] = 0;
  for (const auto& [name, factor] : config.column_factors) factors[table.use(table.named(name))] = factor;
  KeyedTable::Times times;
  while (table.next()) {
    double ms = 0;
    for (std::size_t column = 0; column < factors.size(); ++column)
      if (column != tokens) ms += factors[column] * table.number(column);
    if (ms <= 0) table.fail("a layer must take time");
    if (!times.emplace(KeyedTable::key(whole(table, tokens), 0), ms / 1000).second)
      table.fail("another row has as many tokens");
  }
  return times;
}

}  // namespace

std::vector<UnitTime> read_unit_times(const StepsConfig& config) {
  if (config.path.empty()) return config.units;
  TableReader table(config.path, {.subject = "table of units"});
  const std::size_t unit = table.use(table.named("unit")), gpus = table.use(table.named("gpus"));
  const std::size_t time = table.use(table.named("time_s"));
  const auto gpu = column_called(table, "gpu"), power = column_called(table, "power_w");
  const auto cores = column_called(table, "cpu_cores");
  const RowFilter filter(table, config.rows);
  std::vector<UnitTime> rows;
  while (table.next()) {
    if (!filter.takes()) continue;
    UnitTime& row = rows.emplace_back();
    row.unit = table.cell(unit);
    if (gpu) row.gpu = table.cell(*gpu);
    if (cores && !table.cell(*cores).empty()) row.cpu_cores = static_cast<std::uint32_t>(whole(table, *cores));
    else row.gpus = static_cast<std::uint32_t>(whole(table, gpus));
    row.time = Seconds(positive(table, time));
    if (power && !table.cell(*power).empty()) row.power = Power(positive(table, *power));
  }
  if (rows.empty()) throw InputError(config.path, "no row is as `rows` asks");
  return rows;
}

std::unique_ptr<const StepTable> read_step_table(const StepsConfig& config) {
  if (config.kind == StepTimesKind::table) return read_knots(config);
  return std::make_unique<KeyedTable>(read_layers(config), read_attention(config.decode_path, "batch_size", "kv"),
                                      read_attention(config.prefill_path, "kv", "chunk"),
                                      KeyedTable::Rules{config.layers, config.several_factor},
                                      KeyedTable::Files{config.path, config.decode_path, config.prefill_path});
}

}  // namespace headroom

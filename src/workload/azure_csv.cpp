#include "workload/azure_csv.hpp"

#include <array>
#include <charconv>
#include <cstddef>

#include "base/problem.hpp"
#include "workload/classes.hpp"
#include "table/csv_cells.hpp"

namespace headroom {
namespace {

constexpr std::string_view header = "TIMESTAMP,ContextTokens,GeneratedTokens";

std::string quoted(std::string_view text) {
  return '"' + std::string(text.substr(0, 60)) + '"';
}

}  // namespace

AzureCsv::AzureCsv(const std::string& path) : TraceReader(path) {
  std::string_view line;
  if (!file().next(line)) throw InputError(path, "the trace is empty");
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (line == std::string(header) + ",Class") set_typed();
  else if (line != header)
    fail("the header must be " + std::string(header) + ", optionally with a fourth column Class");
}

void AzureCsv::parse(std::string_view line, TraceRow& row, WallTime& time) {
  std::array<std::string_view, 4> cells;
  const std::size_t expected = typed() ? 4 : 3;
  const std::size_t count = csv_cells(line, cells);
  if (count != expected)
    fail("the row has " + std::to_string(count) + " columns instead of " + std::to_string(expected));
  if (!parse_wall_time(cells[0], time)) fail(quoted(cells[0]) + " is not a timestamp like 2023-11-16 18:15:46.6805900");
  row.input_tokens = tokens("ContextTokens", cells[1]);
  row.output_tokens = tokens("GeneratedTokens", cells[2]);
  if (typed() && !is_class_name(cells[3]))
    fail("Class must be letters, digits, underscore, point and hyphen, not " + quoted(cells[3]));
  row.type = typed() ? type_index(cells[3]) : 0;
}

std::uint32_t AzureCsv::tokens(std::string_view column, std::string_view text) const {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = !text.empty() && stop == text.data() + text.size();
  if (number && error == std::errc()) return token_count(column, value);
  if (number && error == std::errc::result_out_of_range) return token_count(column, ~std::uint64_t{0});
  if (text.starts_with('-')) fail(std::string(column) + " is negative: " + quoted(text));
  fail(std::string(column) + " is not a whole number: " + quoted(text));
}

}  // namespace headroom

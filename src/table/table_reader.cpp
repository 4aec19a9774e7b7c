#include "table/table_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/interrupt.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t rows_between_interrupts = 4096;
constexpr std::size_t most_whole_digits = 19;  // never above 2^64

std::unique_ptr<Rows> open_rows(std::string path, TableFormat format) {
  auto file = std::make_unique<InputFile>(std::move(path));
  return file->is_json() ? json_rows(std::move(file), std::move(format)) : csv_rows(std::move(file), std::move(format));
}

}  // namespace

std::string in_quotes(std::string_view text) {
  return '"' + std::string(text.substr(0, 60)) + '"';
}

TableReader::TableReader(std::string path, TableFormat format) : rows_(open_rows(std::move(path), std::move(format))) {}

std::size_t TableReader::use(std::size_t column) {
  used_.resize(std::max(used_.size(), column + 1));
  used_[column] = true;
  return column;
}

std::optional<std::size_t> TableReader::find(const ColumnNames& names) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < columns().size(); ++i) {
    const auto matches = [&](std::string_view name) { return column_of(name).key == columns()[i].key; };
    if (std::ranges::none_of(names.names, matches)) continue;
    if (found) {
      const std::string& pointer = rows_->format().columns_pointer;
      throw InputError(path(), "two columns may be the " + std::string(names.field) + ": " +
                                   in_quotes(columns()[*found].name) + " and " + in_quotes(columns()[i].name) +
                                   (pointer.empty() ? "" : "; say which in " + pointer));
    }
    found = i;
  }
  if (found) use(*found);
  return found;
}

std::size_t TableReader::need(const ColumnNames& names) {
  if (const auto found = find(names)) return *found;
  std::vector<std::string> known(names.names.begin(), names.names.end());
  const std::string& pointer = rows_->format().columns_pointer;
  throw InputError(path(), "no column is the " + std::string(names.field) + " (" + join(known, ", ") +
                               "); there are: " + join(this->names(), ", ") +
                               (pointer.empty() ? "" : "; say which is in " + pointer));
}

std::size_t TableReader::named(std::string_view header) {
  for (std::size_t i = 0; i < columns().size(); ++i)
    if (columns()[i].name == header) return use(i);
  const auto all = names();
  const ColumnNames wanted{header, std::span(&header, 1)};
  if (const auto found = find(wanted)) return *found;
  throw InputError(
      path(), "has no column " + in_quotes(header) + did_you_mean(header, all) + "; there are: " + join(all, ", "));
}

std::vector<std::string> TableReader::names() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < columns().size(); ++i)
    names.push_back(columns()[i].name.empty() ? "column " + std::to_string(i + 1) + " (without a name)"
                                              : columns()[i].name.substr(0, 60));
  return names;
}

std::vector<std::string> TableReader::unused() const {
  const auto all = names();
  std::vector<std::string> unused;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i >= used_.size() || !used_[i]) unused.push_back(all[i]);
  return unused;
}

bool TableReader::next() {
  if (++count_ % rows_between_interrupts == 0) stop_if_interrupted();
  return rows_->next();
}

double TableReader::number(std::size_t column) const {
  const std::string_view text = cell(column);
  if (text.empty()) fail("a value is missing");
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && stop == text.data() + text.size() && std::isfinite(value)) return value;
  const bool comma = error == std::errc() && stop != text.data() + text.size() && *stop == ',';
  fail(in_quotes(text) + " is not a number" + (comma ? ": decimals stand behind a point" : ""));
}

std::uint64_t TableReader::whole(std::size_t column) const {
  const std::string_view text = cell(column);
  const char* const end = text.data() + text.size();
  std::uint64_t value = 0;
  const char* at = text.data();
  for (; at != end && *at >= '0' && *at <= '9'; ++at) value = value * 10 + static_cast<std::uint64_t>(*at - '0');
  if (at == end && !text.empty() && text.size() <= most_whole_digits) return value;
  double number = 0.0;
  const auto [last, wrong] = std::from_chars(text.data(), end, number);
  const bool is_number = !text.empty() && last == end && wrong == std::errc() && std::isfinite(number);
  const std::string& name = columns()[column].name;
  if (is_number && number < 0.0) fail(name + " is negative: " + in_quotes(text));
  if (!is_number || number != std::floor(number)) fail(name + " is not a whole number: " + in_quotes(text));
  return number < 1.8e19 ? static_cast<std::uint64_t>(number) : std::numeric_limits<std::uint64_t>::max();
}

void TableReader::check_zone() {
  if (has_zones_.value_or(date_.has_zone) != date_.has_zone)
    fail(date_.has_zone ? "a zone stands behind this date, and behind none before: say it of all or of none"
                        : "no zone stands behind this date, as behind those before: say it of all or of none");
  has_zones_ = date_.has_zone;
}

WallTime TableReader::time(std::size_t column, TimeStyle style) {
  const std::string_view text = cell(column);
  WallTime time;
  if (parse_time(text, style, time, date_)) {
    if (style == TimeStyle::date) check_zone();
    return time;
  }
  if (style == TimeStyle::date) fail(date_problem(text));
  fail(columns()[column].name + " is not a time in " + std::string(words_of(style)[static_cast<std::size_t>(style)]) +
       ": " + in_quotes(text));
}

}  // namespace headroom

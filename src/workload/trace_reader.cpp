#include "workload/trace_reader.hpp"

#include "base/problem.hpp"
#include "workload/azure_csv.hpp"
#include "workload/mooncake_jsonl.hpp"

namespace headroom {
namespace {

constexpr std::size_t most_types = 256;
constexpr Seconds longest_gap{366.0 * 86400.0};

}  // namespace

bool is_reserved_class_name(std::string_view name) {
  return name == "high" || name == "low" || name == "all";
}

bool TraceReader::next(TraceRow& row) {
  std::string_view line;
  do {
    if (!file_.next(line)) {
      if (!first_) throw InputError(path(), "the trace has no rows");
      return false;
    }
  } while (line.empty());
  WallTime time;
  parse(line, row, time);
  if (!first_) first_ = time;
  row.time = Seconds(seconds_between(*first_, time));
  if (row.time < last_) fail("the row is earlier than the one before it; rows must be in order of time");
  if (row.time - last_ > longest_gap) fail("the row is more than a year later than the one before it");
  last_ = row.time;
  return true;
}

void TraceReader::set_typed() {
  typed_ = true;
  types_.clear();
}

std::uint32_t TraceReader::type_index(std::string_view name) {
  if (last_type_ < types_.size() && types_[last_type_] == name) return last_type_;
  for (last_type_ = 0; last_type_ < types_.size(); ++last_type_)
    if (types_[last_type_] == name) return last_type_;
  if (types_.size() == most_types) fail("the trace has more than " + std::to_string(most_types) + " classes");
  if (is_reserved_class_name(name))
    fail('"' + std::string(name) + "\" is a priority or means all requests, no Class may be called so");
  types_.emplace_back(name);
  return last_type_;
}

std::uint32_t TraceReader::token_count(std::string_view column, std::uint64_t value) const {
  if (value == 0) fail(std::string(column) + " is 0, but a request has at least one token");
  if (value > largest_token_count)
    fail(std::string(column) + " is " + std::to_string(value) + ", more than the " +
         std::to_string(largest_token_count) + " tokens that are accepted");
  return static_cast<std::uint32_t>(value);
}

void TraceReader::fail(const std::string& what) const {
  throw InputError(file_.where(), what);
}

std::unique_ptr<TraceReader> open_trace(const std::string& path, std::optional<TraceFormat> format) {
  std::string_view name = path;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  if (!format && name.ends_with(".csv")) format = TraceFormat::azure_csv;
  if (!format && name.ends_with(".jsonl")) format = TraceFormat::mooncake_jsonl;
  if (!format)
    throw InputError(path,
                     "the format is unknown: the name must end in .csv or .jsonl, with an optional .gz, or the "
                     "format must be given");
  if (*format == TraceFormat::azure_csv) return std::make_unique<AzureCsv>(path);
  return std::make_unique<MooncakeJsonl>(path);
}

}  // namespace headroom

#include "trace/trace_reader.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::int64_t longest_gap_s = std::int64_t{366} * 86400;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the digits off the front of a name, without leading zeros.
std::string_view take_number(std::string_view& text) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

/// Order of names in which numbers count by their value: part-2 before part-10.
bool comes_before(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a);
      const std::string_view y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

std::vector<std::string> files_of(const TraceConfig& config) {
  std::vector<std::string> files;
  const auto add = [&](const std::string& path) {
    // a path with a NUL names no folder, and the reader says so
    const auto found = path.find('\0') == std::string::npos ? files_at(path) : std::vector<std::filesystem::path>{path};
    if (found.empty()) throw InputError(path, "the folder has no files");
    for (const auto& file : found) files.push_back(file.string());
  };
  if (!config.path.empty()) add(config.path);
  for (const std::string& path : config.paths) add(path);
  std::ranges::stable_sort(files, comes_before);
  return files;
}

std::string left_out_of(const TraceConfig& config) {
  std::vector<std::string> names;
  for (const std::string& path : config.paths) names.push_back(left_out_at(path));
  names.push_back(left_out_at(config.path));
  std::erase(names, std::string());
  return join(names, ", ");
}

std::string name_of(const TraceConfig& config, const std::vector<std::string>& files) {
  const std::filesystem::path path = files.size() > 1 && !config.path.empty() ? config.path : files[0];
  const auto name = path.has_filename() ? path.filename() : path.parent_path().filename();
  return name.string() + (files.size() > 1 ? " (" + counted(files.size(), "file") + ")" : "");
}

}  // namespace

TraceReader::TraceReader(const TraceConfig& config, const std::string& where, std::uint64_t seed, PromptBlocks blocks)
    : where_(where),
      state_{config, blocks, {}, {}, {}, {}, {}, {}},
      paths_(files_of(config)),
      order_(config.late.value()) {
  state_.facts.name = name_of(config, paths_);
  state_.facts.left_out = left_out_of(config);
  if (config.rate_per_s) {
    Scatter scatter;
    scatter.cv = config.arrivals == TraceArrivals::even ? 0.0 : 1.0;
    state_.clock.emplace(*config.rate_per_s, RateCurve(), scatter, hash(seed, "trace arrivals"), where);
  }
  open_next();
  typed_ = reader_->typed();
}

void TraceReader::open_next() {
  reader_ = std::make_unique<TraceFile>(paths_[file_++], state_);
  if (file_ > 1 && reader_->typed() != typed_)
    throw InputError(path(), typed_ ? "has no class column, as the files before have"
                                    : "has a class column, unlike the files before");
}

std::vector<std::string> TraceReader::types() const {
  if (length_types_) return length_types_->names();
  return typed_ ? state_.types.names() : std::vector<std::string>{""};
}

Seconds TraceReader::length() const {
  return window_.end ? Seconds(seconds_between(window_.start, *window_.end)) : last_;
}

TraceFacts TraceReader::facts() const {
  TraceFacts facts = state_.facts;
  facts.files = paths_.size();
  facts.types = length_types_;
  if (ended_) facts.last = last_;
  if (ended_ && !reader_) facts.excess = window_.excess_over(order_.newest());
  if (first_) facts.span = Seconds(seconds_between(*first_, order_.newest()));
  if (first_) facts.window_start = Seconds(seconds_between(*first_, window_.start));
  if (first_ && facts.style == TimeStyle::date && state_.config.time_stretch == 1) facts.start = window_.start;
  const bool has_prefixes =
      std::ranges::any_of(facts.columns, [](const auto& column) { return column.first == "prefix"; });
  if (has_prefixes) facts.repeated_prefix_fraction = state_.prefixes.repeated_fraction();
  return facts;
}

void TraceReader::check_order(const ParsedRow& row) {
  if (!order_.any()) return;
  if (const double late_s = order_.lateness_s(row); late_s > 0.0) {
    if (late_s > state_.config.late.value())
      reader_->fail("the row is " + shortest(std::round(late_s * 1e9) / 1e9) +
                    " s earlier than one before it, more than the " + shortest(state_.config.late.value()) +
                    " s of /workload/trace/late_s within which rows are put in order");
    ++state_.facts.late;
    state_.facts.latest_s = std::max(state_.facts.latest_s, late_s);
  } else if (row.time.whole_s - order_.newest().whole_s > longest_gap_s) {
    reader_->fail("the row is more than a year later than the one before it");
  }
}

/// Reads until the first row is settled; false where there is none left.
bool TraceReader::read_ahead() {
  ParsedRow row;
  while (!order_.is_settled()) {
    if (!reader_) return !order_.empty();
    if (reader_->next(row)) {
      check_order(row);
      order_.put(row);
    } else if (file_ < paths_.size()) {
      open_next();
    } else {
      reader_.reset();
    }
  }
  return true;
}

bool TraceReader::next(TraceRow& row) {
  while (read_ahead()) {
    const ParsedRow& parsed = order_.take();
    if (!first_) {
      first_ = parsed.time;
      window_ = window_of(state_.config.window, *first_, where_);
    }
    if (window_.is_behind_end(parsed.time)) break;
    if (window_.cuts_start && is_before(parsed.time, window_.start)) {
      drop_blocks(parsed.blocks);
      continue;
    }
    last_ = std::max(last_, Seconds(seconds_between(window_.start, parsed.time)));
    const std::uint32_t type =
        length_types_ ? length_types_->index_of(parsed.input_tokens, parsed.output_tokens) : parsed.type;
    row = {last_, parsed.input_tokens, parsed.output_tokens, type, parsed.blocks, parsed.images};
    any_in_window_ = true;
    return true;
  }
  if (!first_) throw InputError(path(), "the trace has no rows");
  if (!any_in_window_) throw InputError(path(), "the trace has no rows from /workload/trace/from_s to until_s");
  ended_ = true;
  return false;
}

std::unique_ptr<TraceReader> open_trace(const TraceConfig& config, const std::string& where, std::uint64_t seed,
                                        PromptBlocks blocks) {
  return std::make_unique<TraceReader>(config, where, seed, blocks);
}

}  // namespace headroom

#include "trace/trace_file.hpp"

#include <algorithm>
#include <cmath>

#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr double longest_queue_s = 1e9;

void add_new(std::vector<std::string>& list, const std::string& name) {
  if (std::ranges::find(list, name) == list.end()) list.push_back(name);
}

std::size_t blocks_for(std::uint32_t input_tokens, std::uint32_t block_tokens) {
  return (std::size_t{input_tokens} + block_tokens - 1) / block_tokens;
}

WallTime earlier(WallTime time, double by_s) {
  const double fraction_s = time.fraction_s - by_s;
  const double whole_s = std::floor(fraction_s);
  return {time.whole_s + static_cast<std::int64_t>(whole_s), fraction_s - whole_s};
}

}  // namespace

TraceFile::TraceFile(const std::string& path, TraceState& state)
    : state_(state),
      table_(path,
             TableFormat{.subject = "trace", .columns_pointer = "/workload/trace/columns", .list_key = "input_lens"}),
      columns_(trace_columns(table_, state.config)) {
  seen_columns_ = table_.columns().size();
  if (state_.facts.files++ == 0) note_columns();
  if (state_.blocks == PromptBlocks::needed) check_has_blocks();
}

bool TraceFile::next(ParsedRow& row) {
  while (table_.next()) {
    if (table_.columns().size() > seen_columns_) note_new_columns();
    if (has_failed()) {
      if (!skips_failures())
        table_.fail("the request failed, or has no tokens; /workload/trace/failed_rows=skip leaves such rows out");
      ++state_.facts.skipped;
      continue;
    }
    row.input_tokens = tokens(columns_.input);
    row.output_tokens = tokens(columns_.output);
    row.images = columns_.images ? images() : std::uint8_t{0};
    row.time = time();
    row.type = columns_.type ? state_.types.index_of(table_.cell(*columns_.type), table_) : 0;
    row.blocks = columns_.prefix ? note_prefix(row.input_tokens) : 0;
    ++state_.facts.rows;
    return true;
  }
  note_unused();
  return false;
}

/// Takes up what a row of JSON has that none before it had.
void TraceFile::note_new_columns() {
  seen_columns_ = table_.columns().size();
  columns_.failures.look(table_, columns_.type);
  if (columns_.type) return;
  if (const auto type = class_column(table_, state_.config))
    table_.fail("the class " + in_quotes(table_.columns()[*type].name) +
                " is told from this row on only, not of the rows before");
}

bool TraceFile::skips_failures() const {
  const auto& chosen = state_.config.failed_rows;
  if (chosen) return *chosen == FailedRows::skip;
  return columns_.layout->marks_failures || !columns_.failures.list().empty();
}

bool TraceFile::has_failed() const {
  if (columns_.failures.mark_row(table_)) return true;
  if (!skips_failures()) return false;
  return table_.whole(columns_.output) == 0 || table_.whole(columns_.input) == 0;
}

WallTime TraceFile::time() {
  WallTime time;
  if (state_.clock) {
    const double time_s = state_.clock->next();
    time.whole_s = static_cast<std::int64_t>(std::floor(time_s));
    time.fraction_s = time_s - std::floor(time_s);
    return time;
  }
  const bool is_first = !style_is_known_;
  if (is_first) {
    style_is_known_ = true;
    find_time_style(columns_, table_, state_.config, table_.cell(*columns_.time));
    TraceFacts& facts = state_.facts;
    if (facts.style && *facts.style != columns_.style) table_.fail("the times are not written as in the files before");
    facts.style = columns_.style;
    facts.style_is_assumed = columns_.assumes_ms;
    facts.style_is_guessed = columns_.style_is_guessed;
  }
  time = table_.time(*columns_.time, columns_.style);
  if (is_first) check_zones();
  if (columns_.queue) {
    const double queue_s = table_.number(*columns_.queue);
    if (queue_s < 0.0 || queue_s > longest_queue_s)
      table_.fail("the time in the queue is not one: " + shortest(queue_s));
    time = earlier(time, queue_s);
  }
  if (columns_.style == TimeStyle::date || columns_.queue) return time;
  if (time.whole_s < 0) table_.fail(table_.columns()[*columns_.time].name + " is negative");
  if (columns_.assumes_ms && table_.cell(*columns_.time).find_first_of(".eE") != std::string_view::npos)
    table_.fail("timestamp is " + in_quotes(table_.cell(*columns_.time)) +
                ", so it may count seconds and not milliseconds: say which in /workload/trace/time_unit");
  return time;
}

void TraceFile::check_zones() {
  const auto zones = table_.has_zones();
  if (state_.facts.has_zones && state_.facts.has_zones != zones)
    table_.fail("zones stand behind the dates of some files, and of others not: say them of all or of none");
  state_.facts.has_zones = zones;
}

std::uint32_t TraceFile::tokens(std::size_t column) const {
  const std::uint64_t value = table_.whole(column);
  const std::string& name = table_.columns()[column].name;
  if (value == 0)
    table_.fail(name +
                " is 0, but a request has at least one token; /workload/trace/failed_rows=skip leaves such rows out");
  if (value > largest_token_count)
    table_.fail(name + " is " + std::to_string(value) + ", more than the " + std::to_string(largest_token_count) +
                " tokens that are accepted");
  return static_cast<std::uint32_t>(value);
}

std::uint8_t TraceFile::images() const {
  const std::uint64_t value = table_.whole(*columns_.images);
  if (value > kMostImages)
    table_.fail(table_.columns()[*columns_.images].name + " is " + std::to_string(value) + ", more than the " +
                std::to_string(kMostImages) + " images that a request may bring");
  return static_cast<std::uint8_t>(value);
}

/// Returns the number of the prompt's blocks, where somebody wants them.
std::uint32_t TraceFile::note_prefix(std::uint32_t input_tokens) {
  if (!table_.has(*columns_.prefix)) {
    if (state_.blocks == PromptBlocks::needed) table_.fail("hash_ids is missing, which a prefix cache needs");
    return 0;
  }
  read_blocks(table_.cell(*columns_.prefix), state_.prompt);
  state_.prefixes.add(input_tokens, state_.prompt);
  if (columns_.assumes_ms && state_.prompt.size() != blocks_for(input_tokens, mooncake_block_tokens))
    table_.fail(
        "hash_ids are not one for each 512 tokens, so the trace is not Mooncake's and timestamp may count "
        "seconds: say which in /workload/trace/time_unit");
  if (state_.facts.block_tokens > 0) check_blocks(input_tokens);
  return state_.blocks != PromptBlocks::unused ? state_.lists.add(state_.prompt) : 0;
}

/// The last block of a prompt may be there in part.
void TraceFile::check_blocks(std::uint32_t input_tokens) {
  const std::uint32_t size = state_.facts.block_tokens;
  const std::size_t ids = state_.prompt.size(), expected = blocks_for(input_tokens, size);
  if (ids == expected) return;
  state_.facts.blocks_fit = false;
  if (state_.blocks != PromptBlocks::needed && !state_.config.block_tokens) return;
  table_.fail("hash_ids has " + counted(ids, "block") + " of " + std::to_string(size) + " tokens, " +
              (ids < expected ? "shorter" : "longer") + " than the prompt of " + std::to_string(input_tokens) +
              " tokens, which has " + std::to_string(expected) +
              "; if blocks are of another size, say it in /workload/trace/block_tokens");
}

void TraceFile::note_columns() {
  TraceFacts& facts = state_.facts;
  facts.layout = columns_.layout->name;
  facts.compression = table_.compression();
  const auto note = [&](const char* what, std::optional<std::size_t> column) {
    if (column) facts.columns.emplace_back(what, table_.columns()[*column].name);
  };
  note("time", columns_.time);
  note("input_tokens", columns_.input);
  note("output_tokens", columns_.output);
  note("class", columns_.type);
  note("images", columns_.images);
  note("queue", columns_.queue);
  for (const FailureColumn& failure : columns_.failures.list()) note("failed", failure.column);
  note("prefix", columns_.prefix);
  if (columns_.prefix) facts.block_tokens = state_.config.block_tokens.value_or(columns_.layout->block_tokens);
  facts.reuses_prefixes = state_.blocks == PromptBlocks::needed;
}

void TraceFile::check_has_blocks() const {
  if (!columns_.prefix)
    throw InputError(table_.path(), "has no hash_ids, by which a prefix cache tells which prompts begin alike");
  if (state_.facts.block_tokens == 0)
    throw InputError(table_.path(),
                     "does not say how many tokens a block of hash_ids has: give /workload/trace/block_tokens");
}

void TraceFile::note_unused() {
  const auto unknown = unknown_columns(table_, *columns_.layout);
  for (const std::string& name : unknown) add_new(state_.facts.unknown, name);
  for (const std::string& name : table_.unused())
    if (std::ranges::find(unknown, name) == unknown.end()) add_new(state_.facts.ignored, name);
}

}  // namespace headroom

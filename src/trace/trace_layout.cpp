#include "trace/trace_layout.hpp"

#include <algorithm>
#include <array>

#include "base/problem.hpp"

namespace headroom {
namespace {

using Names = std::string_view;

constexpr std::array<Names, 10> time_names{
    "TIMESTAMP", "arrival_time", "arrived_at", "arrival_timestamp",  "arrival",
    "time",      "start_times",  "start_time", "request_start_time", "metadata.request_start_ns"};
constexpr std::array<Names, 12> input_names{
    "ContextTokens", "Request tokens", "input_length",          "num_prefill_tokens",
    "prompt_size",   "input_tokens",   "prompt_tokens",         "input_lens",
    "prompt_len",    "input_len",      "input_sequence_length", "metrics.input_sequence_length.value"};
constexpr std::array<Names, 12> output_names{
    "GeneratedTokens", "Response tokens",  "output_length",          "num_decode_tokens",
    "token_size",      "output_tokens",    "completion_tokens",      "output_lens",
    "output_len",      "generated_tokens", "output_sequence_length", "metrics.output_sequence_length.value"};
constexpr std::array<Names, 4> type_names{"Class", "type", "Log Type", "slo_class"};
constexpr std::array<Names, 3> image_names{"Images", "num_images", "image_count"};
constexpr std::array<Names, 1> prefix_names{"hash_ids"};
constexpr std::array<Names, 1> queue_names{"queue_times"};

constexpr std::array<Names, 4> burstgpt_ignored{"Model", "Total tokens", "Session ID", "Elapsed time"};
constexpr std::array<Names, 3> qwen_ignored{"chat_id", "parent_chat_id", "turn"};
constexpr std::array<Names, 5> benchmark_ignored{"ttfts", "itls", "generated_texts", "latencies", "queue_times"};
constexpr std::array<Names, 2> vidur_ignored{"num_total_tokens", "pd_ratio"};
constexpr std::array<Names, 4> splitwise_ignored{"request_id", "request_type", "application_id", "batch_size"};

/// The last one stands for any table by named columns.
constexpr std::array<TraceLayout, 9> layouts{{
    {"Azure", "ContextTokens", "GeneratedTokens", "", false, {}, 0, {}},
    {"BurstGPT", "Request tokens", "Response tokens", "", true, TimeStyle::s, 0, burstgpt_ignored},
    {"Qwen", "input_length", "output_length", "chat_id", false, TimeStyle::s, 16, qwen_ignored},
    {"Mooncake", "input_length", "output_length", "", false, {}, mooncake_block_tokens, {}},
    {"results of vLLM or SGLang", "input_lens", "output_lens", "", true, TimeStyle::s, 0, benchmark_ignored},
    {"results of AIPerf",
     "metrics.input_sequence_length.value",
     "metrics.output_sequence_length.value",
     "",
     true,
     {},
     0,
     {}},
    {"Vidur", "num_prefill_tokens", "num_decode_tokens", "", false, TimeStyle::s, 0, vidur_ignored},
    {"SplitwiseSim", "prompt_size", "token_size", "", false, TimeStyle::s, 0, splitwise_ignored},
    {"columns by name", "", "", "", false, {}, 0, {}},
}};

bool has_column(const TableReader& table, std::string_view name) {
  const std::string key = column_of(name).key;
  return std::ranges::any_of(table.columns(), [&](const Column& column) { return column.key == key; });
}

const TraceLayout& layout_of(const TableReader& table) {
  return *std::ranges::find_if(layouts, [&](const TraceLayout& layout) {
    const auto has = [&](std::string_view name) { return name.empty() || has_column(table, name); };
    return has(layout.input) && has(layout.output) && has(layout.also);
  });
}

/// Refuses what is known and is no table of requests, by its name.
void refuse_other_files(const TableReader& table) {
  const auto& columns = table.columns();
  const auto refuse = [&](const char* what) { throw InputError(table.path(), what); };
  const auto is_number = [](const Column& column) {
    return !column.name.empty() && column.name.find_first_not_of("0123456789.+-eE") == std::string::npos;
  };
  if (!table.is_json() && is_number(columns[0])) {
    if (columns.size() == 6 && is_number(columns[1]) && is_number(columns[2]) && !is_number(columns[3]))
      refuse("is a table of ServeGen's rates of one client, not of requests: draw the requests with ServeGen first");
    refuse("has no header: the first line must name the columns");
  }
  if (has_column(table, "0.input_tokens"))
    refuse("is a table of ServeGen's lengths, not of requests: draw the requests with ServeGen first");
  if (has_column(table, "duration") && has_column(table, "completed"))
    refuse(
        "is the summary of a benchmark, without its requests: run it with --save-detailed (vLLM) or --output-details "
        "(SGLang)");
  for (const char* text : {"conversations", "conversation", "messages", "prompt", "text"})
    if (has_column(table, text))
      refuse(
          "has text only: count tokens with the model's tokenizer and give JSON lines with input_tokens and "
          "output_tokens; arrivals come from a rate (/workload/trace/rate_per_s)");
}

/// Refuses lengths that count something else than tokens.
void check_token_unit(const TableReader& table, std::size_t column) {
  const auto& [name, key, unit] = table.columns()[column];
  if (unit.empty() || unit == "tokens" || unit == "Tokens" || unit == "token") return;
  throw InputError(table.path(), "column " + in_quotes(name) + " says the unit " + in_quotes(unit) +
                                     ": lengths are read in single tokens only, convert them first");
}

/// The column that the settings name, or that has one of the known names.
std::optional<std::size_t> column(TableReader& table, const std::string& chosen, const ColumnNames& names) {
  return chosen.empty() ? table.find(names) : table.named(chosen);
}

std::size_t needed(TableReader& table, const std::string& chosen, const ColumnNames& names) {
  if (const auto found = column(table, chosen, names)) {
    check_token_unit(table, *found);
    return *found;
  }
  refuse_other_files(table);
  return table.need(names);
}

std::string word_of(TimeStyle style) {
  return std::string(words_of(style)[static_cast<std::size_t>(style)]);
}

/// The unit of times by the settings, which may not speak against the header.
std::optional<TimeStyle> chosen_style(const TraceConfig& config, const TableReader& table, const Column& column) {
  if (!config.time_unit) return std::nullopt;
  const TimeStyle chosen = *config.time_unit;
  const auto own = style_of_unit(column.unit);
  if ((own && *own != chosen) || is_long_unit(column.unit))
    table.fail("column " + in_quotes(column.name) + " says " + column.unit + ", but /workload/trace/time_unit is " +
               word_of(chosen));
  return chosen;
}

/// Refuses times that say no unit, or none that is read.
[[noreturn]] void refuse_times(const TableReader& table, const Column& column, std::string_view first) {
  if (is_long_unit(column.unit))
    table.fail("column " + in_quotes(column.name) + " counts " + column.unit +
               ", which is not read: convert it to s, ms, us or ns");
  if (WallTime time; parse_time(first, TimeStyle::s, time))
    table.fail("the file does not say what " + column.name + " counts, which is " + in_quotes(first) +
               " here: say s, ms, us or ns in /workload/trace/time_unit");
  if (first.find_first_not_of("0123456789,") == std::string_view::npos)
    table.fail(column.name + " is " + in_quotes(first) + ", which is no number: decimals stand behind a point");
  table.fail(column.name + ": " + date_problem(first));
}

}  // namespace

std::optional<std::size_t> class_column(TableReader& table, const TraceConfig& config) {
  return column(table, config.columns.type, {"class", type_names});
}

TraceColumns trace_columns(TableReader& table, const TraceConfig& config) {
  TraceColumns found;
  found.layout = &layout_of(table);
  found.input = needed(table, config.columns.input_tokens, {"number of input tokens", input_names});
  found.output = needed(table, config.columns.output_tokens, {"number of output tokens", output_names});
  found.time = column(table, config.columns.time, {"time of arrival", time_names});
  found.type = class_column(table, config);
  found.images = column(table, config.columns.images, {"number of images", image_names});
  found.failures.look(table, found.type);
  if (found.time && found.layout->input == "input_lens") found.queue = table.find({"time in the queue", queue_names});
  if (table.columns()[found.input].key == "input_length") found.prefix = table.find({"prefix", prefix_names});
  if (found.time && config.rate_per_s)
    throw InputError(table.path(), "has times of arrival (" + table.columns()[*found.time].name +
                                       "): leave out /workload/trace/rate_per_s");
  if (!found.time && !config.rate_per_s)
    throw InputError(table.path(),
                     "has lengths only, no times of arrival: give a rate in /workload/trace/rate_per_s, or name the "
                     "column of the times in /workload/trace/columns/time");
  return found;
}

void find_time_style(TraceColumns& columns, const TableReader& table, const TraceConfig& config,
                     std::string_view first) {
  const Column& column = table.columns()[*columns.time];
  const auto value = style_of_value(first);
  std::optional<TimeStyle> style;
  if (const auto chosen = chosen_style(config, table, column)) style = chosen;
  else if (value == TimeStyle::date) style = value;
  else if (const auto unit = style_of_unit(column.unit)) style = unit;
  else if (columns.layout->numbers) style = columns.layout->numbers;
  else if (config.format == TraceFormat::mooncake_jsonl) style = TimeStyle::ms;
  else if (config.format == TraceFormat::azure_csv) style = TimeStyle::date;
  else if (value) style = value;
  if (!style && table.is_json() && column.key == "timestamp" && columns.layout->input == "input_length") {
    style = TimeStyle::ms;  // Mooncake, for certain where there are its four keys and no other
    columns.assumes_ms = true;
    columns.style_is_guessed = table.columns().size() != 4 || !columns.prefix;
  }
  if (!style || (*style != TimeStyle::date && is_long_unit(column.unit))) refuse_times(table, column, first);
  if (value && *style != TimeStyle::date && *value > *style)
    table.fail(column.name + " is " + in_quotes(first) + ", which lies beyond the year 2100 in " + word_of(*style) +
               ": it looks like " + word_of(*value) + " since 1970");
  columns.style = *style;
}

std::vector<std::string> unknown_columns(const TableReader& table, const TraceLayout& layout) {
  std::vector<std::string> unknown;
  for (const std::string& name : table.unused()) {
    const auto same = [&](std::string_view known) { return column_of(known).key == column_of(name).key; };
    if (std::ranges::none_of(layout.ignored, same)) unknown.push_back(name);
  }
  return unknown;
}

}  // namespace headroom

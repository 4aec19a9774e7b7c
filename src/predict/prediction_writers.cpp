#include "predict/prediction_writers.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "config/csv.hpp"

namespace headroom {
namespace {

/// A result in the table: a heading of two lines, and how the number is shown.
struct PredictionColumn {
  std::string_view key;
  const char* heading;
  const char* unit;
  double scale = 1;
  int decimals = 0;
};

constexpr std::array kInputs = {PredictionColumn{"hardware", "hardware", ""},
                                PredictionColumn{"model", "model", ""},
                                PredictionColumn{"stack", "stack", ""},
                                PredictionColumn{"tensor_parallel", "tensor", "parallel"},
                                PredictionColumn{"pipeline_stages", "pipeline", "stages"},
                                PredictionColumn{"kv_groups", "KV", "groups"},
                                PredictionColumn{"batch", "batch", "", 1, -1},
                                PredictionColumn{"prompt_tokens", "prompt", "tokens", 1, -1},
                                PredictionColumn{"output_tokens", "output", "tokens", 1, -1},
                                PredictionColumn{"context_tokens", "context", "tokens", 1, -1},
                                PredictionColumn{"clock_mhz", "clock", "MHz", 1, -1},
                                PredictionColumn{"cap_w", "cap", "W", 1, -1},
                                PredictionColumn{"rate_per_s", "rate", "requests/s", 1, -1},
                                PredictionColumn{"max_batch_sequences", "admitted", "at most", 1, -1},
                                PredictionColumn{"input_data", "operands", ""}};
constexpr std::array kResults = {PredictionColumn{"prefill_s", "prefill of all", "ms", 1e3, 1},
                                 PredictionColumn{"decode_step_s", "decode", "ms", 1e3, 2},
                                 PredictionColumn{"prefill_gpu_w", "prefill", "W"},
                                 PredictionColumn{"decode_gpu_w", "decode", "W"},
                                 PredictionColumn{"peak_gpu_w", "peak", "W"},
                                 PredictionColumn{"prefill_clock_mhz", "prefill", "MHz"},
                                 PredictionColumn{"decode_clock_mhz", "decode", "MHz"},
                                 PredictionColumn{"steady_itl_s", "ITL p50", "ms", 1e3, 2},
                                 PredictionColumn{"steady_mean_itl_s", "mean", "ms", 1e3, 2},
                                 PredictionColumn{"steady_output_tokens_per_s", "output", "tokens/s", 1, 1},
                                 PredictionColumn{"steady_gpu_w", "mean", "W"},
                                 PredictionColumn{"steady_energy_per_output_token_j", "energy", "J/token", 1, 3},
                                 PredictionColumn{"kv_capacity_tokens", "KV", "tokens"},
                                 PredictionColumn{"max_batch", "largest", "batch"},
                                 PredictionColumn{"fits", "fits", ""}};
/// At a rate of arrivals, in their place.
constexpr std::array kOpenResults = {PredictionColumn{"open_capacity_per_s", "capacity", "requests/s", 1, 3},
                                     PredictionColumn{"open_busy_fraction", "busy", "%", 100, 1},
                                     PredictionColumn{"open_batch_mean", "batch", "mean", 1, 1},
                                     PredictionColumn{"open_batch_p99", "", "p99"},
                                     PredictionColumn{"open_waiting_mean", "waiting", "requests", 1, 2},
                                     PredictionColumn{"open_ttft_p50_s", "TTFT p50", "ms", 1e3, 1},
                                     PredictionColumn{"open_ttft_p90_s", "p90", "ms", 1e3, 1},
                                     PredictionColumn{"open_ttft_p99_s", "p99", "ms", 1e3, 1},
                                     PredictionColumn{"open_tbt_p50_s", "TBT p50", "ms", 1e3, 2},
                                     PredictionColumn{"open_tbt_p90_s", "p90", "ms", 1e3, 2},
                                     PredictionColumn{"open_tbt_p99_s", "p99", "ms", 1e3, 2},
                                     PredictionColumn{"open_e2e_mean_s", "end to end", "mean, s", 1, 2},
                                     PredictionColumn{"open_gpu_w", "mean", "W"},
                                     PredictionColumn{"open_energy_per_output_token_j", "energy", "J/token", 1, 3}};

std::string shown(const Json& value, const PredictionColumn& column) {
  if (value.is_null()) return "-";
  if (!value.is_number() || column.decimals < 0) return text_of(value);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", column.decimals, value.get<double>() * column.scale);
  return text.data();
}

bool varies(const Json& rows, std::string_view key) {
  return std::ranges::any_of(rows, [&](const Json& row) { return row.at(key) != rows[0].at(key); });
}

/// A column of texts under its heading, as wide as the widest of them.
void append_column(std::vector<std::string>& lines, std::vector<std::string> texts) {
  std::size_t width = 0;
  for (const auto& text : texts) width = std::max(width, text.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    lines[i] += "  " + std::string(width - texts[i].size(), ' ') + texts[i];
}

}  // namespace

std::string prediction_json(const Json& rows) {
  Json given = Json::array();
  for (const Json& row : rows) {
    Json& kept = given.emplace_back(Json::object());
    for (const auto& [key, value] : row.items())
      if (!value.is_null()) kept[key] = value;
  }
  return given.dump(2) + "\n";
}

std::string prediction_csv(const Json& rows) {
  std::vector<std::string> columns;
  for (const auto& [key, unused] : rows.at(0).items()) columns.push_back(key);
  return csv_table(columns, rows);
}

std::string prediction_table(const Json& rows) {
  std::vector<PredictionColumn> columns;
  std::string same;
  for (const PredictionColumn& input : kInputs) {
    if (!rows[0].contains(input.key)) continue;
    if (varies(rows, input.key)) columns.push_back(input);
    else same += (same.empty() ? "" : ", ") + std::string(input.key) + " " + text_of(rows[0].at(input.key));
  }
  if (rows[0].contains("rate_per_s")) columns.insert(columns.end(), kOpenResults.begin(), kOpenResults.end());
  else columns.insert(columns.end(), kResults.begin(), kResults.end());
  std::vector<std::string> lines(rows.size() + 2);
  for (const PredictionColumn& column : columns) {
    std::vector<std::string> texts{column.heading, column.unit};
    for (const Json& row : rows) texts.push_back(shown(row.at(column.key), column));
    append_column(lines, std::move(texts));
  }
  return same + "\n\n" + join(lines, "\n") + "\n";
}

}  // namespace headroom

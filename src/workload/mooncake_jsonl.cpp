#include "workload/mooncake_jsonl.hpp"

#include <array>
#include <cmath>

#include "config/json_line.hpp"

namespace headroom {

void MooncakeJsonl::parse(std::string_view line, TraceRow& row, WallTime& time) {
  std::array<LineNumber, 3> numbers{LineNumber{"timestamp"}, LineNumber{"input_length"}, LineNumber{"output_length"}};
  const std::string problem = parse_json_line(line, numbers);
  if (!problem.empty()) fail(problem);
  const double time_s = numbers[0].value / 1000.0;
  if (!(time_s >= 0.0)) fail("timestamp is negative");
  if (time_s > 1e12) fail("timestamp is too large");
  const double whole_s = std::floor(time_s);
  time = WallTime{static_cast<std::int64_t>(whole_s), time_s - whole_s};
  row.input_tokens = tokens(numbers[1].key, numbers[1].value);
  row.output_tokens = tokens(numbers[2].key, numbers[2].value);
  row.type = 0;
}

std::uint32_t MooncakeJsonl::tokens(std::string_view key, double value) const {
  if (value < 0.0) fail(std::string(key) + " is negative");
  if (value != std::floor(value)) fail(std::string(key) + " is not a whole number");
  return token_count(key, static_cast<std::uint64_t>(std::fmin(value, 1e18)));
}

}  // namespace headroom

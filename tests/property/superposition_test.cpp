#include "workload/superposition.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::requests_of;
using test::TemporaryFolder;

/// A trace whose rows are told apart by their input tokens, with random gaps up to 20 s.
std::string random_trace(int rows) {
  std::string text;
  int time_ms = 0;
  for (int i = 1; i <= rows; ++i) {
    text += "{\"timestamp\": " + std::to_string(time_ms) + ", \"input_length\": " + std::to_string(i) +
            ", \"output_length\": 1}\n";
    time_ms += *rc::gen::inRange(0, 3) == 0 ? 0 : *rc::gen::inRange(0, 20'000);
  }
  return text;
}

std::vector<TypeClasses> one_type(ClassTable& table) {
  return {TypeClasses(table, "", 0.5)};
}

RC_GTEST_PROP(SuperpositionProperty, GivesEveryRowOfEveryCopyInOrder, ()) {
  const int rows = *rc::gen::inRange(1, 120);
  const int copies = *rc::gen::inRange(1, 40);
  const double shift_s = *rc::gen::inRange(0, 200);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const TemporaryFolder folder;
  const std::string path = folder.write("t.jsonl", random_trace(rows));
  const auto trace = test::rows_of(path);
  ClassTable table;
  Superposition source(test::trace_at(path), {static_cast<double>(copies), Seconds(shift_s), 1.0}, one_type(table),
                       seed);
  std::vector<std::vector<double>> arrivals(static_cast<std::size_t>(rows));
  double last_s = 0.0;
  std::uint64_t count = 0;
  for (const auto& request : requests_of(source)) {
    RC_ASSERT(request.id == count++);
    RC_ASSERT(request.arrival.value() >= last_s);
    last_s = request.arrival.value();
    arrivals[request.input_tokens - 1].push_back(last_s);
  }
  RC_ASSERT(source.copies() == static_cast<std::size_t>(copies));
  std::vector<double> shifts;
  for (std::size_t copy = 0; copy < source.copies(); ++copy) {
    shifts.push_back(source.shift(copy).value());
    RC_ASSERT(shifts.back() >= 0.0 && shifts.back() <= shift_s);
  }
  RC_ASSERT(shifts[0] == 0.0);
  std::sort(shifts.begin(), shifts.end());
  for (std::size_t row = 0; row < arrivals.size(); ++row) {
    RC_ASSERT(arrivals[row].size() == shifts.size());
    for (std::size_t i = 0; i < shifts.size(); ++i) RC_ASSERT(arrivals[row][i] == trace[row].time.value() + shifts[i]);
  }
}

RC_GTEST_PROP(SuperpositionProperty, ThinsTheLastCopyByItsFraction, ()) {
  const double fraction = *rc::gen::inRange(1, 100) / 100.0;
  const int whole = *rc::gen::inRange(0, 4);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  constexpr int rows = 2000;
  const TemporaryFolder folder;
  const std::string path = folder.write("t.jsonl", random_trace(rows));
  ClassTable table;
  Superposition source(test::trace_at(path), {whole + fraction, Seconds(30.0), 1.0}, one_type(table), seed);
  const double kept = static_cast<double>(requests_of(source).size()) - whole * rows;
  const double deviation = std::sqrt(rows * fraction * (1.0 - fraction));
  RC_ASSERT(std::abs(kept - rows * fraction) <= 6.0 * deviation);
}

}  // namespace
}  // namespace headroom

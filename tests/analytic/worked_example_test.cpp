// The worked example of docs/models.md: a server, two requests, followed by hand there and by the simulator here.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "config/folders.hpp"
#include "support/small_scenario.hpp"

namespace headroom::test {
namespace {

/// What runs() sees of the pieces, and completed() of the requests.
struct Recorder : RunListener {
  struct Run {
    double from, to, gpu_w;
    std::uint64_t steps;
  };
  struct Done {
    double first_token, last_token;
  };
  std::vector<Run> runs;
  std::map<std::uint64_t, Done> requests;

  void ran(InstanceId, const StepShape&, Seconds from, Seconds to, std::uint64_t steps, Hertz,
           Power gpu_power) override {
    runs.push_back({from.value(), to.value(), gpu_power.value(), steps});
  }
  void completed(const Sequence& sequence, InstanceId, Seconds now) override {
    requests[sequence.request.id] = {sequence.first_token.value(), now.value()};
  }
};

/// The numbers of the rows of a table in docs/models.md, found by the first words of its header.
std::vector<std::vector<double>> table(const std::string& header) {
  std::ifstream page("docs/models.md");
  std::vector<std::vector<double>> rows;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| " + header, 0) == 0) inside = true;
    else if (inside && line.empty()) break;
    else if (inside && line.rfind("| ---", 0) != 0) {
      std::vector<double> numbers;
      std::istringstream cells(line);
      for (std::string cell; std::getline(cells, cell, '|');) {
        char* end = nullptr;
        const double number = std::strtod(cell.c_str(), &end);
        if (end != cell.c_str()) numbers.push_back(number);
      }
      rows.push_back(numbers);
    }
  }
  return rows;
}

Request request(std::uint64_t id, double arrival_s, std::uint32_t input, std::uint32_t output) {
  Request r;
  r.id = id;
  r.arrival = Seconds(arrival_s);
  r.input_tokens = input;
  r.output_tokens = output;
  return r;
}

class WorkedExample : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string file = folder_.write("scenario.json", R"({
      "name": "worked example", "hardware": "dgx_a100",
      "site": {"servers": 1, "levels": [{"name": "row"}]},
      "serving": {"model": "llama2_70b", "stack": "vllm_2023", "tensor_parallel": 8},
      "workload": {"trace": {"path": "none.csv"}},
      "policy": {"router": {"kind": "round_robin"}, "batching": {"kind": "continuous"}},
      "output": {"power": {"nodes": ["server"]}}})");
    auto loaded = load_scenario(file, ConfigFolders({"configs"}), {});
    report_ = run(loaded.scenario, {request(0, 0.0, 1000, 4), request(1, 0.1, 500, 3)}, {&recorder_});
  }

  TemporaryFolder folder_;
  Recorder recorder_;
  Report report_;
};

constexpr double kDigits = 1e-5;  // relative; the page has six digits

TEST_F(WorkedExample, StepsAndPowerAreThoseOfThePage) {
  const auto rows = table("from (s)");  // from, to, C or n in the text is no number of its own, GPU, server
  ASSERT_EQ(rows.size(), 5u);
  ASSERT_EQ(recorder_.runs.size(), 4u);  // the two decodes of both are one piece
  const std::size_t piece_of[] = {0, 1, 2, 2, 3};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& run = recorder_.runs[piece_of[i]];
    EXPECT_NEAR(run.gpu_w, rows[i][2], kDigits * rows[i][2]) << "row " << i;
    if (i != 3) {
      EXPECT_NEAR(run.from, rows[i][0], 1e-6) << "row " << i;
    }
    if (i != 2) {
      EXPECT_NEAR(run.to, rows[i][1], 1e-6) << "row " << i;
    }
  }
  EXPECT_EQ(recorder_.runs[2].steps, 2u);
}

TEST_F(WorkedExample, TheSecondRequestWaitsForThePrefillOfTheFirst) {
  const auto rows = table("request | arrives");  // arrives, first token, last token, TTFT, end to end
  ASSERT_EQ(rows.size(), 2u);
  for (std::uint64_t id = 0; id < 2; ++id) {
    EXPECT_NEAR(recorder_.requests.at(id).first_token, rows[id][1], 1e-6);
    EXPECT_NEAR(recorder_.requests.at(id).last_token, rows[id][2], 1e-6);
  }
  EXPECT_NEAR(report_.all.latency.ttft.max(), rows[0][3], 1e-6);
  EXPECT_NEAR(report_.all.latency.e2e.max(), rows[0][4], 1e-6);
}

TEST_F(WorkedExample, ServerPowerAndEnergyAreThoseOfThePage) {
  const auto rows = table("from (s)");
  double energy = 0;
  double peak = 0;
  for (const auto& row : rows) {
    energy += row[3] * (row[1] - row[0]);
    peak = std::max(peak, row[3]);
  }
  const Meter& server = report_.nodes.at(0).meter;
  EXPECT_NEAR(server.energy().value(), energy, kDigits * energy);
  EXPECT_NEAR(server.peak().value(), peak, kDigits * peak);
}

}  // namespace
}  // namespace headroom::test

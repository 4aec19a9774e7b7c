#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/performance/roofline.hpp"
#include "support/small_scenario.hpp"
#include "workload/make_source.hpp"

// A server that takes one request at a time, whose answer is one token, is a queue with one server: its service time is
// that of one prefill, which depends on the length of the prompt alone. Waiting time is time to first token less
// service time, and with Poisson arrivals its mean is lambda E[S^2] / (2 (1 - rho)) (Pollaczek-Khinchine). Each test
// runs one simulation.

namespace headroom {
namespace {

/// A prompt token takes about 1 ms.
Scenario single_server() {
  Scenario s = test::small_scenario();
  s.hardware.gpu.fp16_flops_per_s = s.serving->model.flops_per_token() / 1e-3;
  s.serving->stack.gpus["default"].step_overhead = Seconds(0.0);
  s.serving->max_waiting_requests = 1'000'000;
  s.policy.batching = test::chosen(builtin_batch_schedulers(), "continuous", {{"max_batch_sequences", 1}});
  return s;
}

double service_s(const Scenario& s, std::uint32_t prompt) {
  const RooflineModel model(s.serving->model, s.hardware.gpu, s.serving->stack.on("small"), 1);
  StepShape step;
  step.prefill_sequences = 1;
  step.prefill_tokens = prompt;
  step.prefill_pairs = 0.5 * prompt * prompt;
  return model.cost(step, s.hardware.gpu.max_clock).base.value();
}

/// Means of waiting times over equal batches of requests.
class BatchMeans : public RunListener {
 public:
  BatchMeans(std::vector<double> service_by_prompt, std::uint64_t batch)
      : service_(std::move(service_by_prompt)), batch_(batch) {}
  void completed(const Sequence& sequence, InstanceId, Seconds) override {
    const Request& request = sequence.request;
    sum_ += (sequence.first_token - request.arrival).value() - service_[request.input_tokens];
    if (++count_ % batch_ > 0) return;
    means_.push_back(sum_ / static_cast<double>(batch_));
    sum_ = 0;
  }
  /// Mean and its standard error, without the first batch, in which the queue fills.
  [[nodiscard]] std::pair<double, double> estimate() const {
    const double n = static_cast<double>(means_.size()) - 1;
    double mean = 0, squares = 0;
    for (std::size_t i = 1; i < means_.size(); ++i) mean += means_[i] / n;
    for (std::size_t i = 1; i < means_.size(); ++i) squares += (means_[i] - mean) * (means_[i] - mean);
    return {mean, std::sqrt(squares / (n - 1) / n)};
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::vector<double> service_;
  std::uint64_t batch_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
  std::vector<double> means_;
};

/// Prompts are uniform between two lengths. Holds the mean waiting time against the formula within 4 standard errors.
void hold_against_pollaczek_khinchine(std::uint32_t shortest, std::uint32_t longest, double utilisation) {
  Scenario s = single_server();
  std::vector<double> service(longest + 1, 0.0);
  double mean_service = 0, mean_square = 0;
  const double lengths = longest - shortest + 1.0;
  for (std::uint32_t n = shortest; n <= longest; ++n) {
    service[n] = service_s(s, n);
    mean_service += service[n] / lengths;
    mean_square += service[n] * service[n] / lengths;
  }
  const double rate = utilisation / mean_service;
  const double expected = rate * mean_square / (2 * (1 - utilisation));

  constexpr std::uint64_t requests = 2'000'000;
  SyntheticConfig& synthetic = s.workload.synthetic.emplace();
  synthetic.rate_per_s = rate;
  synthetic.duration = Seconds(static_cast<double>(requests) / rate);
  SyntheticClassConfig& only = synthetic.classes.emplace_back();
  only.name = "only";
  only.input = test::chosen(length_kinds(), "uniform", {{"min_tokens", shortest}, {"max_tokens", longest}});
  only.output = test::chosen(length_kinds(), "fixed", {{"tokens", 1}});
  ClassTable classes;
  const auto source = make_source(s.workload, classes, 20240601);
  BatchMeans waits(service, requests / 100);
  Simulation simulation(s, classes, *source, {{&waits}, {}});
  const Report report = simulation.run();

  EXPECT_EQ(report.all.rejected, 0U);
  EXPECT_EQ(waits.count(), report.all.arrived);
  EXPECT_NEAR(static_cast<double>(report.all.arrived), requests, 4 * std::sqrt(requests));
  const auto [mean, error] = waits.estimate();
  EXPECT_NEAR(mean, expected, 4 * error);
  EXPECT_LT(error, 0.03 * expected) << "the run is too short to prove much";
}

struct FixedService : testing::TestWithParam<double> {};
TEST_P(FixedService, WaitsAsInMD1) {
  hold_against_pollaczek_khinchine(500, 500, GetParam());
}
INSTANTIATE_TEST_SUITE_P(Queueing, FixedService, testing::Values(0.3, 0.6, 0.8, 0.9));

struct UniformService : testing::TestWithParam<double> {};
TEST_P(UniformService, WaitsAsInMG1) {
  hold_against_pollaczek_khinchine(1, 2000, GetParam());
}
INSTANTIATE_TEST_SUITE_P(Queueing, UniformService, testing::Values(0.3, 0.6, 0.8, 0.9));

}  // namespace
}  // namespace headroom

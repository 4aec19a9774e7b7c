#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "policy/builtin.hpp"
#include "serving/instance.hpp"
#include "support/event_loop.hpp"
#include "support/fake_models.hpp"
#include "support/recording_observer.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

/// An instance with its surroundings. Set models, spec and scheduler first, then `start`.
struct InstanceBench {
  AffinePerformance performance;
  RisingPower power;
  GpuSpec gpu = round_gpu();
  InstanceSpec spec;
  Choice<BatchScheduler> scheduler = chosen(builtin_batch_schedulers(), "continuous", {});
  std::vector<QuantileSketch> gaps{1};
  RecordingObserver observer;
  std::unique_ptr<Instance> instance;

  InstanceBench() {
    spec.kv_capacity_tokens = 100000;
    spec.scheduler_name = "continuous";
    spec.limits.cap_response = Seconds(0.25);
  }

  Instance& start() {
    spec.performance = &performance;
    spec.power = &power;
    spec.gpu = &gpu;
    instance = std::make_unique<Instance>(InstanceId(3), spec, *scheduler.value, gaps, observer);
    return *instance;
  }
  LoopCounts run(const std::vector<Request>& arrivals, const std::vector<Command>& commands = {}) {
    return drive(*instance, arrivals, commands);
  }
};

/// A request of this id, arrival and lengths.
inline Request request(std::uint64_t id, double arrival, std::uint32_t input, std::uint32_t output) {
  Request request;
  request.id = id;
  request.arrival = Seconds(arrival);
  request.input_tokens = input;
  request.output_tokens = output;
  return request;
}

}  // namespace headroom::test

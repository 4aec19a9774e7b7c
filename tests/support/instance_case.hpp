#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "serving/instance.hpp"
#include "support/event_loop.hpp"
#include "support/fake_models.hpp"

namespace headroom::test {

inline constexpr std::size_t kCaseClasses = 2;

/// Everything that a random case consists of.
struct InstanceCase {
  AffinePerformance performance;
  RisingPower power;
  GpuSpec gpu = round_gpu();
  InstanceSpec spec;
  std::optional<PromptPrefixes> prompts;  ///< where its instances keep them
  std::string policy;
  std::map<std::string, double> parameters;
  std::vector<std::optional<Seconds>> ttft_targets;  ///< by class
  std::vector<Request> arrivals;
  std::vector<Command> commands;
  std::size_t instances = 1;  ///< that are alike
};

inline double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

inline void draw_models(InstanceCase& c, RandomStream& random) {
  c.performance.base_s = between(random, 0.005, 0.03);
  c.performance.context_s = random.integer(0, 4) == 0 ? 0.0 : between(random, 1e-6, 4e-5);
  c.performance.token_s = between(random, 1e-5, 4e-4);
  c.performance.pair_s = between(random, 0, 1e-6);
  if (random.integer(0, 2) == 0) c.performance.valid_to_context = between(random, 50, 1500);
  c.performance.bytes_per_context = between(random, 0, 0.004);
  c.power.active_w = between(random, 20, 120);
  c.power.joule_per_flop =
      between(random, 0.01, 0.12);  // a prompt at 2000 tokens/s and more draws up to TDP and beyond
  c.power.joule_per_byte = between(random, 0.1, 1.5);
}

inline void draw_spec(InstanceCase& c, RandomStream& random) {
  c.spec.gpu = &c.gpu;
  c.spec.limits.cap_response = Seconds(random.integer(0, 3) == 0 ? 0.0 : between(random, 0.01, 0.6));
  if (random.integer(0, 1) == 0) c.spec.limits.overshoot_ratio = between(random, 1.0, 1.3);
  if (random.integer(0, 1) == 0) c.spec.limits.overshoot = Seconds(between(random, 0.0, 0.1));
  c.spec.tensor_parallel = static_cast<std::uint32_t>(random.integer(1, 4));
  c.spec.max_waiting = static_cast<std::uint32_t>(random.integer(2, 64));
  c.spec.scheduler_name = c.policy;
}

/// Whatever is drawn, it is valid: a value for each kind of command.
inline double draw_value(Command::What what, const InstanceCase& c, RandomStream& random) {
  using enum Command::What;
  switch (what) {
    case clock:
    case own_clock:  // every other one is a release
      return random.integer(0, 1) == 0 ? c.gpu.max_clock.value() : 100e6 * static_cast<double>(random.integer(1, 10));
    case cap:
    case heat:
      return between(random, 80, 400);
    case max_batch:
      return random.integer(0, 2) == 0 ? 1e9 : static_cast<double>(random.integer(1, 12));
    case hand_back_waiting:
      return random.integer(0, 3) == 0 ? 1.0 : random.uniform();
    case squash:
      return between(random, 0, 4);
    case prepare:
      return between(random, 30, 300);
    default:
      return 0;
  }
}

inline void draw_commands(InstanceCase& c, RandomStream& random, double last_arrival) {
  using enum Command::What;
  std::vector<Command::What> whats = {clock, clock, cap, uncap, heat, cool};
  if (c.instances > 1 || random.integer(0, 3) == 0)
    whats.insert(whats.end(), {own_clock, max_batch, max_batch, hand_back_waiting, hand_back_all, squash, prepare,
                               close, open, open, open, open});
  const auto commands = random.integer(0, 30);
  for (std::uint64_t i = 0; i < commands; ++i) {
    Command command;
    command.time = between(random, 0, 1.5 * last_arrival + 1);
    command.what = whats[random.integer(0, whats.size() - 1)];
    command.value = draw_value(command.what, c, random);
    command.instance = random.integer(0, c.instances - 1);
    command.to = random.integer(0, c.instances - 1);
    c.commands.push_back(command);
  }
  std::ranges::sort(c.commands, {}, &Command::time);
}

inline void draw_work(InstanceCase& c, RandomStream& random) {
  const auto longest_input = random.integer(1, 400), longest_output = random.integer(1, 200);
  // Just enough memory for the longest request, and up to a few of them.
  c.spec.kv_capacity_tokens = longest_input + longest_output + random.integer(0, 3 * longest_output);
  const bool chunked = random.integer(0, 1) == 0;
  c.policy = chunked ? "chunked_prefill" : "continuous";
  c.parameters[chunked ? "step_budget_tokens" : "prefill_budget_tokens"] = static_cast<double>(random.integer(1, 600));
  c.parameters["max_batch_sequences"] = static_cast<double>(random.integer(1, 24));
  double time = 0;
  const double gap = between(random, 0.01, 1.0);
  const auto requests = random.integer(1, 40);
  for (std::uint64_t id = 0; id < requests; ++id) {
    if (random.integer(0, 4) > 0) time += random.exponential(gap);  // one in five comes together with the one before
    Request request;
    request.id = id;
    request.arrival = Seconds(time);
    request.input_tokens = static_cast<std::uint32_t>(random.integer(1, longest_input));
    request.output_tokens = static_cast<std::uint32_t>(random.integer(1, longest_output));
    request.request_class = ClassId(random.integer(0, kCaseClasses - 1));
    c.arrivals.push_back(request);
  }
  c.instances = random.integer(1, 2);
  draw_commands(c, random, time);
}

/// Every other chunked case takes its queue in order of deadlines, by targets that not every class has.
inline void draw_order(InstanceCase& c, std::uint64_t seed) {
  RandomStream random(seed, "order");
  if (c.policy != "chunked_prefill" || random.integer(0, 1) == 0) return;
  c.parameters["order"] = 1;
  for (std::size_t i = 0; i < kCaseClasses; ++i)
    c.ttft_targets.push_back(random.integer(0, 3) == 0 ? std::nullopt : std::optional(Seconds(random.uniform() * 4)));
}

/// Cuts the prompts of a case to a time budget: in any order, with and without deadlines by class.
inline void draw_time_budget(InstanceCase& c, std::uint64_t seed) {
  RandomStream random(seed, "time budget");
  c.policy = c.spec.scheduler_name = "medha";
  const double batch = c.parameters["max_batch_sequences"];
  c.parameters = {{"max_batch_sequences", batch},
                  {"order", static_cast<double>(random.integer(0, 3))},
                  {"preemptive", static_cast<double>(random.integer(0, 4) > 0)},
                  {"time_budget_ms", between(random, 0.002, 0.15)},
                  {"long_prompt_tokens", static_cast<double>(random.integer(1, 400))},
                  {"least_deadline_s", between(random, 0, 1)}};
  if (random.integer(0, 1) == 0) c.parameters["max_prefills"] = static_cast<double>(random.integer(1, 3));
  c.ttft_targets.clear();
  for (std::size_t i = 0; i < kCaseClasses; ++i)
    c.ttft_targets.push_back(random.integer(0, 1) == 0 ? std::nullopt : std::optional(Seconds(random.uniform() * 4)));
}

/// Filled in place because the instance's spec points at the models.
inline void draw_case(InstanceCase& c, std::uint64_t seed) {
  RandomStream random(seed, "case");
  draw_models(c, random);
  draw_work(c, random);
  draw_order(c, seed);
  draw_spec(c, random);
  c.spec.performance = &c.performance;
  c.spec.power = &c.power;
}

/// Gives a case prompts that begin alike, and its instances caches of them, whose queues are in order of arrival.
inline void draw_prompts(InstanceCase& c, std::uint64_t seed) {
  c.parameters.erase("order");
  RandomStream random(seed, "prompts");
  const auto size = static_cast<std::uint32_t>(random.integer(1, 40));
  const auto branches = random.integer(0, 2);
  c.prompts.emplace(size);
  for (const Request& request : c.arrivals) {
    std::vector<BlockKey> blocks;
    BlockKey chain = random.integer(1, 1 + branches);
    for (std::uint32_t at = 0; at < request.input_tokens; at += size) {
      const bool goes_its_own_way = random.integer(0, 19) == 0;
      blocks.push_back(chain = hash(chain, goes_its_own_way ? 100 + request.id : random.integer(0, branches)));
    }
    c.prompts->add(request.id, blocks);
  }
  c.spec.prompts = &*c.prompts;
}

/// Puts every date and duration of a case on multiples of 1/64 s, which add up without rounding, so that iteration
/// boundaries, arrivals, commands and changes of the limit coincide all the time.
inline void put_on_grid(InstanceCase& c, RandomStream& random) {
  const auto rounded = [](double time) { return std::round(time * 64) / 64; };
  c.performance.base_s = static_cast<double>(random.integer(1, 4)) / 64;
  c.performance.context_s = c.performance.token_s = c.performance.pair_s = 0;
  c.spec.limits.cap_response = Seconds(rounded(c.spec.limits.cap_response.value()));
  c.spec.limits.overshoot = Seconds(rounded(c.spec.limits.overshoot.value()));
  for (Request& request : c.arrivals) request.arrival = Seconds(rounded(request.arrival.value()));
  for (Command& command : c.commands) command.time = rounded(command.time);
}

}  // namespace headroom::test

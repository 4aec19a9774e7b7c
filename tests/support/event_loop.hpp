#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/quantity.hpp"
#include "headroom/request.hpp"
#include "serving/power_limiter.hpp"

namespace headroom::test {

/// What befalls an instance beside requests: changes of its clock, cap or limits, hand-overs, its life.
struct Command {
  enum class What {
    clock,
    cap,
    uncap,
    heat,
    cool,
    own_clock,
    max_batch,
    hand_back_waiting,
    hand_back_all,
    squash,
    prepare,
    close,
    open
  };
  double time = 0;
  What what = What::clock;
  double value = 0;  ///< Hz, W, sequences, the newest fraction, or the age in s from which requests are squashed
  std::size_t instance = 0;
  std::size_t to = 0;  ///< the instance that resumes what this one hands back
};

/// What the loop saw.
struct LoopCounts {
  std::uint64_t rejected = 0;
  std::uint64_t commands_in_mid_step = 0;  ///< that found the instance at work
  std::uint64_t events = 0;
  std::uint64_t handed_over = 0;        ///< of them
  std::uint64_t handed_over_begun = 0;  ///< with tokens generated
  std::uint64_t refused = 0;            ///< handed back, and nobody took them
  std::uint64_t refused_tokens = 0;     ///< that those had
  std::uint64_t squashed = 0;
  std::vector<std::uint64_t> pending;  ///< prompt tokens that all instances had to prefill after each command
  double end = 0;
};

/// Runs instances over arrivals and commands, each in order of time, until they have nothing left to do. Request i goes
/// to instance i modulo their number. At one date instances' own events come first, then an arrival, then a command, as
/// in the engine.
template <class AnyInstance>
class EventLoop {
 public:
  explicit EventLoop(std::span<AnyInstance> instances) : instances_(instances) {}

  LoopCounts run(std::span<const Request> arrivals, std::span<const Command> commands) {
    constexpr double never = std::numeric_limits<double>::infinity();
    std::size_t arrival = 0, command = 0;
    while (true) {
      AnyInstance& next = *std::ranges::min_element(instances_, {}, &AnyInstance::next_event);
      const double event_at = next.next_event().value();
      const double arrival_at = arrival < arrivals.size() ? arrivals[arrival].arrival.value() : never;
      const double command_at = command < commands.size() ? commands[command].time : never;
      if (++counts_.events > 5'000'000) throw std::runtime_error("the instance never comes to an end");
      if (event_at == never && arrival_at == never && command_at == never) return counts_;
      if (event_at <= arrival_at && event_at <= command_at) {
        if (event_at < counts_.end) throw std::runtime_error("an event lies in the past");
        counts_.end = event_at;
        next.on_event(Seconds(event_at));
      } else if (arrival_at <= command_at) {
        counts_.end = arrival_at;
        const Request& request = arrivals[arrival++];
        AnyInstance& instance = instances_[request.id % instances_.size()];
        if (!instance.offer(request, Seconds(arrival_at))) ++counts_.rejected;
      } else {
        counts_.end = command_at;
        obey(commands[command++], Seconds(command_at));
      }
    }
  }

 private:
  void obey(const Command& command, Seconds now) {
    AnyInstance& instance = instances_[command.instance];
    if (instance.next_event() != PowerLimiter::kNever) ++counts_.commands_in_mid_step;
    using enum Command::What;
    switch (command.what) {
      case clock:
        instance.set_clock(Hertz(command.value), now);
        break;
      case cap:
        instance.set_cap(Power(command.value), now);
        break;
      case uncap:
        instance.set_cap(std::nullopt, now);
        break;
      case heat:
        instance.set_thermal_limit(Power(command.value), now);
        break;
      case cool:
        instance.set_thermal_limit(PowerLimiter::kUnlimited, now);
        break;
      case own_clock:
        instance.set_own_clock(Hertz(command.value), now);
        break;
      case max_batch:
        instance.set_max_batch(static_cast<std::uint32_t>(command.value), now);
        break;
      default:
        move_requests(instance, command, now);
    }
    counts_.pending.push_back(0);
    for (const AnyInstance& each : instances_) counts_.pending.back() += each.load().pending_tokens;
  }

  void move_requests(AnyInstance& instance, const Command& command, Seconds now) {
    std::vector<Sequence> out;
    using enum Command::What;
    if (command.what == squash) {
      const auto too_old = [&](const Sequence& s) { return (now - s.request.arrival).value() > command.value; };
      instance.squash(too_old, now, out);
      counts_.squashed += out.size();
      return;
    }
    if (command.what == open) {
      if (!instance.load().up) instance.open(now);
      return;
    }
    if (command.what == hand_back_waiting) instance.hand_back_waiting(command.value, now, out);
    else instance.hand_back_all(now, out);
    if (command.what == prepare) instance.prepare(Power(command.value), now);
    if (command.what == close) instance.close(now);
    for (const Sequence& sequence : out) hand_over(sequence, instances_[command.to], now);
  }

  void hand_over(const Sequence& sequence, AnyInstance& to, Seconds now) {
    ++counts_.handed_over;
    if (sequence.generated_tokens > 0) ++counts_.handed_over_begun;
    if (to.resume(sequence, now)) return;
    ++counts_.refused;
    counts_.refused_tokens += sequence.generated_tokens;
  }

  std::span<AnyInstance> instances_;
  LoopCounts counts_;
};

template <class AnyInstance>
LoopCounts drive(AnyInstance& instance, std::span<const Request> arrivals, std::span<const Command> commands = {}) {
  return EventLoop<AnyInstance>(std::span(&instance, 1)).run(arrivals, commands);
}

}  // namespace headroom::test

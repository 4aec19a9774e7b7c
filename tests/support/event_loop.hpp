#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "headroom/quantity.hpp"
#include "headroom/request.hpp"
#include "serving/power_limiter.hpp"

namespace headroom::test {

/// A change of an instance's clock, cap or thermal limit.
struct Command {
  enum class What { clock, cap, uncap, heat, cool };
  double time = 0;
  What what = What::clock;
  double value = 0;  ///< Hz or W
};

/// What the loop saw.
struct LoopCounts {
  std::uint64_t rejected = 0;
  std::uint64_t commands_in_mid_step = 0;  ///< that found the instance at work
  std::uint64_t events = 0;
  double end = 0;
};

/// Runs an instance over arrivals and commands, each in order of time, until it has nothing left to do. At one date its
/// own event comes first, then an arrival, then a command, as in the engine.
template <class AnyInstance>
LoopCounts drive(AnyInstance& instance, std::span<const Request> arrivals, std::span<const Command> commands = {}) {
  constexpr double never = std::numeric_limits<double>::infinity();
  LoopCounts counts;
  std::size_t arrival = 0, command = 0;
  while (true) {
    const double event_at = instance.next_event().value();
    const double arrival_at = arrival < arrivals.size() ? arrivals[arrival].arrival.value() : never;
    const double command_at = command < commands.size() ? commands[command].time : never;
    if (++counts.events > 5'000'000) throw std::runtime_error("the instance never comes to an end");
    if (event_at == never && arrival_at == never && command_at == never) return counts;
    if (event_at <= arrival_at && event_at <= command_at) {
      if (event_at < counts.end) throw std::runtime_error("an event lies in the past");
      counts.end = event_at;
      instance.on_event(Seconds(event_at));
    } else if (arrival_at <= command_at) {
      counts.end = arrival_at;
      if (!instance.offer(arrivals[arrival++], Seconds(arrival_at))) ++counts.rejected;
    } else {
      counts.end = command_at;
      if (event_at != never) ++counts.commands_in_mid_step;
      const Command& now = commands[command++];
      if (now.what == Command::What::clock) instance.set_clock(Hertz(now.value), Seconds(command_at));
      else if (now.what == Command::What::heat) instance.set_thermal_limit(Power(now.value), Seconds(command_at));
      else if (now.what == Command::What::cool)
        instance.set_thermal_limit(PowerLimiter::kUnlimited, Seconds(command_at));
      else
        instance.set_cap(now.what == Command::What::cap ? std::optional(Power(now.value)) : std::nullopt,
                         Seconds(command_at));
    }
  }
}

}  // namespace headroom::test

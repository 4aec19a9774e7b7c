#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "headroom/controller.hpp"
#include "kernel/event_queue.hpp"
#include "scenario/scenario.hpp"

namespace headroom {

/// Carries commands from controllers to servers: each lands exactly its channel's delay after its issue, in order.
class ActuationChannels {
 public:
  struct Command {
    Action action;
    std::uint32_t decision;  ///< its number in the event log
  };

  explicit ActuationChannels(const ActuationConfig& config)
      : delays_{config.clock_lock, config.power_cap, config.power_brake} {}

  /// How long this action takes to act.
  [[nodiscard]] Seconds delay(const Action& action) const { return delays_[channel(action)]; }

  void issue(const Command& command, EventQueue& queue) {
    const std::size_t to = channel(command.action);
    under_way_[to].push_back(command);
    queue.push(on_grid(queue.now() + delays_[to]), EventKind::actuation, static_cast<std::uint32_t>(to));
  }

  /// The command that an actuation event lands.
  Command land(const Event& event) {
    auto& waiting = under_way_[event.target];
    const Command command = waiting.front();
    waiting.pop_front();
    return command;
  }

 private:
  static constexpr std::size_t kClock = 0, kCap = 1, kBrake = 2;

  static std::size_t channel(const Action& action) {
    if (std::holds_alternative<LockClock>(action)) return kClock;
    if (std::holds_alternative<CapPower>(action)) return kCap;
    if (std::holds_alternative<PowerBrake>(action)) return kBrake;
    return static_cast<std::size_t>(std::get<Release>(action).what);
  }

  std::array<Seconds, 3> delays_;
  std::array<std::deque<Command>, 3> under_way_;
};

}  // namespace headroom

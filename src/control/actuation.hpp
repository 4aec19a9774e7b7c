#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "fleet/deployments.hpp"
#include "fleet/fleet.hpp"
#include "fleet/job_desk.hpp"
#include "headroom/actions.hpp"
#include "kernel/event_queue.hpp"
#include "scenario/control_config.hpp"

namespace headroom {

/// A way that commands go; each takes its own time.
enum class Channel : std::uint8_t { clock_lock, power_cap, power_brake, clock_set, order };
inline constexpr std::size_t kChannels = 5;

/// The way an action goes.
[[nodiscard]] Channel channel_of(const Action& action);
/// Whom it concerns, as events.json says it.
[[nodiscard]] std::string target_of(const Action& action, const Fleet& fleet);
/// Who does what actions ask for.
struct Hands {
  Fleet& fleet;
  Deployments& deployments;
  JobDesk* jobs;  ///< of a run that has any
};
/// Does what an action asks for; returns why it no longer applies, where it does not.
std::optional<std::string> apply(const Action& action, std::uint32_t decision, const Hands& hands);

/// Carries commands from controllers to servers: each lands exactly its channel's delay after its issue, in order.
class ActuationChannels {
 public:
  struct Command {
    Action action;
    std::uint32_t decision;  ///< its number in the event log
  };

  explicit ActuationChannels(const ActuationConfig& config)
      : delays_{config.clock_lock, config.power_cap, config.power_brake, config.clock_set, config.order} {}

  /// How long this action takes to act.
  [[nodiscard]] Seconds delay(const Action& action) const { return delays_[index_of(action)]; }

  void issue(Command command, EventQueue& queue) {
    const std::size_t to = index_of(command.action);
    under_way_[to].push_back(std::move(command));
    queue.push(on_grid(queue.now() + delays_[to]), EventKind::actuation, static_cast<std::uint32_t>(to));
  }

  /// The command that an actuation event lands.
  Command land(const Event& event) {
    auto& waiting = under_way_[event.target];
    Command command = std::move(waiting.front());
    waiting.pop_front();
    return command;
  }

 private:
  static std::size_t index_of(const Action& action) { return static_cast<std::size_t>(channel_of(action)); }

  std::array<Seconds, kChannels> delays_;
  std::array<std::deque<Command>, kChannels> under_way_;
};

}  // namespace headroom

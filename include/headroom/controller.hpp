#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "headroom/id.hpp"
#include "headroom/policy.hpp"
#include "headroom/quantity.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// A server as a controller knows it.
struct ServerInfo {
  ServerId id;
  Priority priority = Priority::low;  ///< of the requests its pool serves; high if it serves both
  Hertz max_clock{};
};

/// The newest sample of a monitored node that has been delivered.
struct NodeTelemetry {
  NodeId id;
  std::string name;
  Power budget{};
  Power power{};  ///< mean over the window that ended at `taken_at`
  Seconds taken_at{};
  bool delivered = false;           ///< false until the first sample arrives
  std::vector<ServerInfo> servers;  ///< all servers below the node

  [[nodiscard]] double budget_fraction() const { return power / budget; }
};

/// What a controller sees: delayed samples, and how long its commands take.
struct SiteTelemetry {
  Seconds now{};
  std::vector<NodeTelemetry> nodes;
  Seconds window{};  ///< each sample is the mean over this time
  Seconds clock_lock_delay{};
  Seconds power_cap_delay{};
  Seconds power_brake_delay{};
};

struct LockClock {
  ServerId server;
  Hertz clock;
};
struct CapPower {
  ServerId server;
  Power per_gpu;
};
struct PowerBrake {
  ServerId server;
};
/// Takes back a lock, a cap or the brake of a server.
struct Release {
  enum class What : std::uint8_t { clock, cap, brake };
  ServerId server;
  What what;
};
using Action = std::variant<LockClock, CapPower, PowerBrake, Release>;

/// The server that an action concerns.
inline ServerId server_of(const Action& action) {
  return std::visit([](const auto& a) { return a.server; }, action);
}

/// The decisions of one control step. Each lands exactly its channel's delay later, in order, and is not superseded.
class Actions {
 public:
  struct Decision {
    Action action;
    std::uint32_t cause;
  };

  /// States why the following actions are taken, e.g. "polca: row0 at 0.81".
  void because(std::string cause) { causes_.push_back(std::move(cause)); }
  void add(Action action) {
    decisions_.push_back({action, static_cast<std::uint32_t>(causes_.empty() ? 0 : causes_.size() - 1)});
  }

  [[nodiscard]] std::span<const Decision> decisions() const { return decisions_; }
  [[nodiscard]] std::string cause(const Decision& decision) const {
    return decision.cause < causes_.size() ? causes_[decision.cause] : std::string();
  }
  void clear() {
    decisions_.clear();
    causes_.clear();
  }

 private:
  std::vector<Decision> decisions_;
  std::vector<std::string> causes_;
};

/// A periodic control loop over delayed telemetry.
class Controller : public Policy {
 public:
  /// Whether it locks clocks: two controllers that do would undo each other's locks.
  [[nodiscard]] virtual bool locks_clocks() const { return false; }
  /// Time between decisions, above 0 and the same throughout a run: the n-th is taken at n times it, after the samples
  /// delivered at that date.
  [[nodiscard]] virtual Seconds period() const = 0;
  /// Whether it will never act again: then it is asked no more.
  [[nodiscard]] virtual bool is_done() const { return false; }
  /// Decides; `actions` comes cleared. An action on an unknown server, a lock to a clock that the GPU does not support
  /// (`GpuSpec`: highest clock less whole steps, or the brake clock) or a cap that is not above 0 and at most TDP ends
  /// the run with exit code 3. When it lands, a second lock or cap replaces the first; a brake goes before a lock;
  /// releasing what does not hold does nothing. The brake of a protection device that tripped cannot be released.
  virtual void control(const SiteTelemetry& telemetry, Actions& actions) = 0;
};

}  // namespace headroom

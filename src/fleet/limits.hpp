#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "headroom/actions.hpp"
#include "headroom/gpu.hpp"

namespace headroom {

/// What holds a server, each with the decision that set it, by its number in the event log.
class Limits {
 public:
  using Decision = std::uint32_t;

  /// A command of a controller acts; returns the decision that ends with it.
  std::optional<Decision> set(const LockClock& lock, Decision decision) {
    return decision_of(std::exchange(lock_, Set<Hertz>{lock.clock, decision}));
  }
  std::optional<Decision> set(const CapPower& cap, Decision decision) {
    return decision_of(std::exchange(cap_, Set<Power>{cap.per_gpu, decision}));
  }
  std::optional<Decision> set(const PowerBrake&, Decision decision) { return std::exchange(brake_, decision); }
  std::optional<Decision> set(const Release& release, Decision) {
    switch (release.what) {
      case Release::What::clock:
        return decision_of(std::exchange(lock_, std::nullopt));
      case Release::What::cap:
        return decision_of(std::exchange(cap_, std::nullopt));
      case Release::What::brake:
        break;
    }
    return std::exchange(brake_, std::nullopt);
  }
  /// The brake of a protection device that tripped, for the rest of the run.
  void hold(Decision decision) { held_brake_ = decision; }

  [[nodiscard]] bool held() const { return held_brake_.has_value(); }
  /// Whether anything holds it below what its GPUs can do.
  [[nodiscard]] bool any() const { return lock_ || cap_ || brake_ || held_brake_; }
  /// The clock its GPUs may run at.
  [[nodiscard]] Hertz clock(const GpuSpec& gpu) const {
    return brake_ || held_brake_ ? gpu.brake_clock : lock_ ? lock_->value : gpu.max_clock;
  }
  /// Of each GPU, where there is one.
  [[nodiscard]] std::optional<Power> cap() const { return cap_ ? std::optional(cap_->value) : std::nullopt; }
  /// Decisions that act now, none where nothing of that kind does: lock, cap, brake, brake of a device.
  [[nodiscard]] std::array<std::optional<Decision>, 4> decisions() const {
    return {decision_of(lock_), decision_of(cap_), brake_, held_brake_};
  }

 private:
  template <class Value>
  struct Set {
    Value value;
    Decision decision;
  };
  template <class Value>
  static std::optional<Decision> decision_of(const std::optional<Set<Value>>& limit) {
    return limit ? std::optional(limit->decision) : std::nullopt;
  }

  std::optional<Set<Hertz>> lock_;
  std::optional<Set<Power>> cap_;
  std::optional<Decision> brake_;       ///< of a controller
  std::optional<Decision> held_brake_;  ///< of a protection device
};

}  // namespace headroom

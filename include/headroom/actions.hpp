#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

// What a controller may ask for. An action says what events.json calls it, `kind()`, and in `fields()` what it asks
// for, at most one number. How each is held to its contract, how long it takes and what it does: one overload each in
// control/decision_check.cpp, and in control/actuation.cpp.

namespace headroom {

/// GPUs of a server may run at this clock at most, out of band.
struct LockClock {
  ServerId server;
  Hertz clock;
  [[nodiscard]] std::string_view kind() const { return "clock_lock"; }
  void fields(Fields& f) { f("clock_mhz", clock, "SM clock"); }
};
/// Each GPU of a server may draw this at most.
struct CapPower {
  ServerId server;
  Power per_gpu;
  [[nodiscard]] std::string_view kind() const { return "power_cap"; }
  void fields(Fields& f) { f("power_w", per_gpu, "of each GPU"); }
};
/// A server's GPUs run at their brake clock.
struct PowerBrake {
  ServerId server;
  [[nodiscard]] std::string_view kind() const { return "power_brake"; }
  void fields(Fields&) {}
};
/// Takes back a lock, a cap or the brake of a server.
struct Release {
  enum class What : std::uint8_t { clock, cap, brake };
  ServerId server;
  What what;
  [[nodiscard]] std::string_view kind() const {
    return what == What::clock ? "clock_release" : what == What::cap ? "cap_release" : "brake_release";
  }
  void fields(Fields&) {}
};

/// The clock that an instance asks for itself, in band; the lower of this and its server's holds. Setting it stalls the
/// instance: it makes no step for so long.
struct SetClock {
  InstanceId instance;
  Hertz clock;
  Seconds stall{};
  [[nodiscard]] std::string_view kind() const { return "clock_set"; }
  void fields(Fields& f) { f("clock_mhz", clock, "SM clock"); }
};

/// Requests that an instance may have in its batch, from its next iteration on; those above it run on.
struct SetBatch {
  InstanceId instance;
  std::uint32_t sequences = 1;
  [[nodiscard]] std::string_view kind() const { return "batch_set"; }
  void fields(Fields& f) { f("sequences", sequences, "at most, at least 1"); }
};

/// An instance of a variant on GPUs of a server, from `first_gpu` on; the variant says how many.
struct Member {
  VariantId variant;
  PoolId pool;
  ServerId server;
  std::uint16_t first_gpu = 0;
};
/// What these servers are to hold, all or nothing: starts, stops, re-shards and changes of model in one. An instance
/// that a member describes stays; all others of these servers drain; what is new starts when its GPUs are free.
struct Deploy {
  std::vector<ServerId> servers;
  std::vector<Member> members;
  [[nodiscard]] std::string_view kind() const { return "deploy"; }
  void fields(Fields&) {}
};

/// A pool holds a server, whether any of its GPUs is used or not; none: nobody does. What still stands there then
/// counts for the pool until it is gone.
struct Allot {
  ServerId server;
  std::optional<PoolId> pool;
  [[nodiscard]] std::string_view kind() const { return pool ? "allot" : "give_up"; }
  void fields(Fields&) {}
};

/// An instance serves another pool of its service.
struct Assign {
  InstanceId instance;
  PoolId pool;
  [[nodiscard]] std::string_view kind() const { return "assign"; }
  void fields(Fields&) {}
};
/// What is wanted sent to an instance: it looks to routers as if it had 1/weight of what it has; 0: nothing.
struct Steer {
  InstanceId instance;
  double weight = 1.0;
  [[nodiscard]] std::string_view kind() const { return "steer"; }
  void fields(Fields& f) { f("weight", weight, "1: as it is"); }
};
/// So much of a class goes to a pool, the rest to those named before, at last to its own; 0 takes it back.
struct Share {
  ClassId requests;
  PoolId pool;
  double fraction = 0.0;
  [[nodiscard]] std::string_view kind() const { return "share"; }
  void fields(Fields& f) { f("share_fraction", fraction, "of the class"); }
};
/// The newest part of an instance's waiting requests that have not begun goes back to the router.
struct Requeue {
  InstanceId instance;
  double newest_fraction = 1.0;
  [[nodiscard]] std::string_view kind() const { return "requeue"; }
  void fields(Fields& f) { f("newest_fraction", newest_fraction, "of the requests that wait"); }
};
/// Drops what has waited at an instance longer than so many times its own target for the first token.
struct Squash {
  InstanceId instance;
  double targets = 1.0;
  [[nodiscard]] std::string_view kind() const { return "squash"; }
  void fields(Fields& f) { f("targets", targets, "multiple of the target"); }
};

/// GPUs of all training jobs, those to come too, may draw this part of their TDP at most; none takes that back.
struct LimitJobs {
  std::optional<double> cap_fraction;
  [[nodiscard]] std::string_view kind() const { return cap_fraction ? "job_limit" : "job_release"; }
  void fields(Fields& f) {
    if (cap_fraction) f("cap_fraction", *cap_fraction, "of TDP");
  }
};
/// Ends training jobs that run.
struct EndJobs {
  enum class Which : std::uint8_t { largest, all };
  Which which;
  [[nodiscard]] std::string_view kind() const { return "job_shed"; }
  void fields(Fields&) {}
};

using Action = std::variant<LockClock, CapPower, PowerBrake, Release, SetClock, SetBatch, Deploy, Allot, Assign, Steer,
                            Share, Requeue, Squash, LimitJobs, EndJobs>;

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
    decisions_.push_back({std::move(action), static_cast<std::uint32_t>(causes_.empty() ? 0 : causes_.size() - 1)});
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

}  // namespace headroom

#pragma once

#include <span>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Hears what becomes of the servers of a fleet and of who sits on them: the heat of their dies, jobs, tenants.
class SliceWatch {
 public:
  virtual ~SliceWatch() = default;
  /// Somebody took GPUs that were free, or gave them back.
  virtual void occupied(SliceId) {}
  virtual void vacated(SliceId) {}
  /// Its GPUs draw another power.
  virtual void drew(SliceId) {}
  /// An instance serves from now on.
  virtual void opened(InstanceId) {}
  /// An instance that is to stop holds nothing any more.
  virtual void drained(InstanceId) {}
  /// It has requests that go on elsewhere, after their first token.
  virtual void prefilled(InstanceId) {}
  /// It has nothing left to do at the end of a step.
  virtual void ran_dry(InstanceId) {}
  /// What its GPUs may draw at most so as not to overheat changed: for those who drive them.
  virtual void heat_limited(SliceId, Power /*per_gpu*/) {}
  /// Clock, cap or brake of a server changed.
  virtual void limits_changed(ServerId) {}
  /// These servers will have no power any more, as was announced: nobody should settle there.
  virtual void leaving(std::span<const ServerId>) {}
  /// These servers have no power any more.
  virtual void power_cut(std::span<const ServerId>) {}
};

}  // namespace headroom

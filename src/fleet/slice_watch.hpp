#pragma once

#include <span>

#include "headroom/id.hpp"

namespace headroom {

/// Hears what becomes of the servers of a fleet: the heat of their dies, the jobs on them.
class SliceWatch {
 public:
  virtual ~SliceWatch() = default;
  /// What an instance draws may have changed.
  virtual void touched(InstanceId) {}
  /// Clock, cap or brake of a server changed.
  virtual void limits_changed(ServerId) {}
  /// These servers have no power any more.
  virtual void power_cut(std::span<const ServerId>) {}
};

}  // namespace headroom

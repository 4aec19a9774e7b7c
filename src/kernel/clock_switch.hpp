#pragma once

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Told of a server and its new clock whenever that changes.
class ClockWatch {
 public:
  virtual ~ClockWatch() = default;
  virtual void clock_changed(ServerId server, Hertz clock) = 0;
};

/// Sets the clocks of servers.
class ClockSwitch {
 public:
  virtual ~ClockSwitch() = default;
  /// False where the server's GPUs do not support the clock.
  virtual bool set_clock(ServerId server, Hertz clock) = 0;
};

}  // namespace headroom

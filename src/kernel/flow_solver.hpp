#pragma once

#include <cstdint>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Told when the last byte of a flow is there.
class FlowWatch {
 public:
  virtual ~FlowWatch() = default;
  virtual void arrived(std::uint32_t number, Seconds now) = 0;
};

/// Flows through the links of a NetworkLayout, which share them max-min fairly. Only handlers of events of the kind
/// `flow` start and cancel them: then the solver's clock is at the event's date.
class FlowSolver {
 public:
  virtual ~FlowSolver() = default;
  /// Who hears of arrivals; outlives the run.
  virtual void watch(FlowWatch& watch) = 0;
  virtual void start(std::uint32_t number, ServerId from, ServerId to, double bytes) = 0;
  virtual void cancel(std::uint32_t number) = 0;
  /// Bytes that have not arrived yet, of a flow that was started; of one that was cancelled, or under way when the run
  /// ended, as they were then.
  [[nodiscard]] virtual double left(std::uint32_t number) const = 0;
};

}  // namespace headroom

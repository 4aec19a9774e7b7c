#pragma once

#include "headroom/batch_scheduler.hpp"

namespace headroom {

/// Takes what instances hand back.
class ReturnDesk {
 public:
  virtual ~ReturnDesk() = default;
  /// Finds another instance for it, or rejects it.
  virtual void again(const Sequence& sequence) = 0;
  /// Nobody serves it any more: it waited too long.
  virtual void squashed(const Request& request) = 0;
  /// The target of its class for the first token; infinite where there is none.
  [[nodiscard]] virtual Seconds ttft_target(const Request& request) const = 0;
};

}  // namespace headroom

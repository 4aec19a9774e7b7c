#pragma once

#include <optional>

#include "headroom/request.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// Takes stages of job graphs as requests.
class StageDesk {
 public:
  virtual ~StageDesk() = default;
  /// Has it routed to an instance; returns why nobody takes it now, and then it has not come.
  virtual std::optional<Rejection> submit(const Request& request) = 0;
};

}  // namespace headroom

#pragma once

#include <optional>

#include "headroom/request.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// Takes stages of job graphs as requests.
class StageDesk {
 public:
  virtual ~StageDesk() = default;
  /// Who took a stage; or why nobody does now, and then it has not come.
  struct Taken {
    std::optional<Rejection> why_not;
    InstanceId by{};
  };
  /// Has it routed to an instance.
  virtual Taken submit(const Request& request) = 0;
};

}  // namespace headroom

#pragma once

#include <optional>

#include "headroom/request.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// Takes stages of job graphs and of images as requests, and requests whose stages are done.
class StageDesk {
 public:
  virtual ~StageDesk() = default;
  /// Who took a stage; or why nobody does now, and then it has not come.
  struct Taken {
    std::optional<Rejection> why_not;
    InstanceId by{};
    std::optional<InstanceId> decode_at{};
  };
  /// Has it routed to an instance.
  virtual Taken submit(const Request& request) = 0;
  /// Has it go to this instance, without asking the router.
  virtual Taken submit_to(const Request& request, InstanceId id) = 0;
  /// Whom the router names for a request that came before; nothing is offered yet.
  virtual Taken choose(const Request& request) = 0;
  /// Offers it to whom the router named; why not, where that instance is gone or full.
  virtual std::optional<Rejection> offer(const Request& request, const Taken& chosen) = 0;
  /// Nobody takes it.
  virtual void reject(const Request& request, Rejection why) = 0;
};

}  // namespace headroom

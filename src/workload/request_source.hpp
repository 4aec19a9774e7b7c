#pragma once

#include "headroom/request.hpp"

namespace headroom {

/// A stream of requests in order of arrival, produced as it is read.
class RequestSource {
 public:
  virtual ~RequestSource() = default;

  /// Fills in the next request and returns true, or returns false for good once there is none.
  virtual bool next(Request& request) = 0;
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <span>

#include "base/problem.hpp"
#include "headroom/prefix.hpp"
#include "headroom/request.hpp"

namespace headroom {

class TraceReader;

/// A stream of requests in order of arrival, produced as it is read.
class RequestSource {
 public:
  virtual ~RequestSource() = default;

  /// Fills in the next request and returns true, or returns false for good once there is none.
  virtual bool next(Request& request) = 0;
  /// The prompt of the request given last in blocks of `block_tokens`, the last of them maybe not full; empty where
  /// they were not asked for or are not known.
  [[nodiscard]] virtual std::span<const BlockKey> blocks() const { return {}; }
  [[nodiscard]] virtual std::uint32_t block_tokens() const { return 0; }
  /// Whether its requests may bring images.
  [[nodiscard]] virtual bool brings_images() const { return false; }
  /// What the user should know of its files, as far as they have been read.
  [[nodiscard]] virtual Warnings warnings() const { return {}; }
  /// The trace that it reads, if any.
  [[nodiscard]] virtual const TraceReader* trace() const { return nullptr; }
};

}  // namespace headroom

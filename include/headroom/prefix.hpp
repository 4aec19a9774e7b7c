#pragma once

#include <cstddef>
#include <cstdint>

#include "headroom/id.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// A block of a prompt with all that stands before it: prompts whose blocks have equal keys begin alike.
using BlockKey = std::uint64_t;

/// What the prefix cache of an instance has of a prompt.
struct CachedPrefix {
  std::uint32_t tokens = 0;  ///< that need no prefill; fewer than the prompt has
  std::uint32_t held = 0;    ///< of these: others hold them, so that their KV memory is booked already
};

/// Says what the cache of an instance has of the requests that wait there, while a plan is made. Each is looked up in
/// order of the queue, as if those looked up before it were admitted and read in the same step.
class PrefixLookUp {
 public:
  virtual ~PrefixLookUp() = default;
  [[nodiscard]] virtual CachedPrefix cached(std::size_t waiting) = 0;
};

/// Says which instance has how much of a prompt, in tokens.
class PrefixDirectory {
 public:
  virtual ~PrefixDirectory() = default;
  [[nodiscard]] virtual std::uint32_t cached_tokens(InstanceId instance, const Request& request) const = 0;
};

}  // namespace headroom

#pragma once

#include <optional>
#include <span>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"
#include "headroom/request.hpp"

namespace headroom {

/// Load of a class to come.
struct ForeseenLoad {
  double requests_per_s = 0;
  double tokens_per_s = 0;       ///< of input
  double peak_tokens_per_s = 0;  ///< the largest mean of a minute
};

/// What is known of the future, as well as /foresight says.
class Foresight {
 public:
  virtual ~Foresight() = default;
  /// The class that a request is taken for before its output is known; the same whenever it is asked.
  [[nodiscard]] virtual ClassId class_of(const Request& request) const = 0;
  /// How far it sees.
  [[nodiscard]] virtual Seconds lead() const = 0;
  /// Of some classes together in the `length` from then on, in bins of ten seconds; none in the past or beyond the
  /// lead. The same whenever the same is asked.
  [[nodiscard]] virtual std::optional<ForeseenLoad> load(std::span<const ClassId> ids, Seconds from,
                                                         Seconds length) = 0;
  /// Of one class.
  [[nodiscard]] std::optional<ForeseenLoad> load(ClassId id, Seconds from, Seconds length) {
    return load(std::span(&id, 1), from, length);
  }
};

}  // namespace headroom

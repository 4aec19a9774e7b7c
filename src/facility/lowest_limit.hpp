#pragma once

#include <algorithm>
#include <vector>

namespace headroom {

/// Limits on one capacity, each a fraction of it for a time: of those that last the lowest holds.
class LowestLimit {
 public:
  void begin(double fraction) { lasting_.push_back(fraction); }
  /// Of one that began.
  void end(double fraction) {
    const auto ended = std::ranges::find(lasting_, fraction);
    if (ended != lasting_.end()) lasting_.erase(ended);
  }
  [[nodiscard]] double fraction() const { return lasting_.empty() ? 1.0 : std::ranges::min(lasting_); }

 private:
  std::vector<double> lasting_;
};

}  // namespace headroom

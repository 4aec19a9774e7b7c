#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace headroom {

/// Counts requests by length: one counter per token count.
class LengthCounts {
 public:
  void add(std::uint32_t tokens) {
    if (tokens >= counts_.size()) counts_.resize(std::max<std::size_t>(tokens + std::size_t{1}, counts_.size() * 2));
    ++counts_[tokens];
    total_ += tokens;
    ++count_;
    max_ = std::max(max_, tokens);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::uint32_t max() const { return max_; }
  /// The smallest length that at least `rank` requests do not exceed.
  [[nodiscard]] std::uint32_t length_of(std::uint64_t rank) const {
    std::uint64_t below = 0;
    for (std::size_t tokens = 0; tokens < counts_.size(); ++tokens) {
      below += counts_[tokens];
      if (below >= rank) return static_cast<std::uint32_t>(tokens);
    }
    return max_;
  }

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  std::uint64_t count_ = 0;
  std::uint32_t max_ = 0;
};

}  // namespace headroom

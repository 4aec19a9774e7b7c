#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "headroom/prefix.hpp"

namespace headroom {

/// Lists of blocks by number, 0 being the empty one; what a dropped list took serves the next.
class BlockLists {
 public:
  [[nodiscard]] std::uint32_t add(std::span<const BlockKey> blocks) {
    if (blocks.empty()) return 0;
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(lists_.size()));
      lists_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    lists_[number].assign(blocks.begin(), blocks.end());
    return number;
  }
  [[nodiscard]] std::span<const BlockKey> operator[](std::uint32_t number) const { return lists_[number]; }
  void drop(std::uint32_t number) {
    if (number != 0) free_.push_back(number);
  }

 private:
  std::vector<std::vector<BlockKey>> lists_{1};
  std::vector<std::uint32_t> free_;
};

}  // namespace headroom

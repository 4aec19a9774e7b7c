#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "base/block_lists.hpp"

namespace headroom {

/// The blocks of the prompts of all requests that are under way in a run with prefix caches.
class PromptPrefixes {
 public:
  explicit PromptPrefixes(std::uint32_t block_tokens) : block_tokens_(block_tokens) {}

  void add(std::uint64_t request, std::span<const BlockKey> blocks) {
    if (const std::uint32_t number = lists_.add(blocks); number != 0) numbers_.emplace(request, number);
  }
  /// The request is done with, in one way or another.
  void drop(std::uint64_t request) {
    const auto found = numbers_.find(request);
    if (found == numbers_.end()) return;
    lists_.drop(found->second);
    numbers_.erase(found);
  }
  /// The full blocks of its prompt; none where nothing is known of it.
  [[nodiscard]] std::span<const BlockKey> full_blocks(const Request& request) const {
    const auto found = numbers_.find(request.id);
    if (found == numbers_.end()) return {};
    const auto blocks = lists_[found->second];
    return blocks.first(std::min<std::size_t>(blocks.size(), request.input_tokens / block_tokens_));
  }
  [[nodiscard]] std::uint32_t block_tokens() const { return block_tokens_; }

 private:
  std::uint32_t block_tokens_;
  BlockLists lists_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  ///< in `lists_`, by request
};

}  // namespace headroom

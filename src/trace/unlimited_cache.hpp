#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_set>

#include "headroom/prefix.hpp"

namespace headroom {

/// A prefix cache that never forgets: what one instance of unlimited memory would save of the prompts that it reads in
/// order of arrival. Only full blocks are kept, and at least one token of a prompt is computed.
class UnlimitedCache {
 public:
  explicit UnlimitedCache(std::uint32_t block_tokens) : block_tokens_(block_tokens) {}

  void add(std::uint32_t input_tokens, std::span<const BlockKey> prompt) {
    const auto full = prompt.first(std::min<std::size_t>(prompt.size(), input_tokens / block_tokens_));
    const std::size_t most = (input_tokens - 1) / block_tokens_;
    std::size_t hits = 0;
    while (hits < full.size() && blocks_.contains(full[hits])) ++hits;
    hit_tokens_ += std::min(hits, most) * block_tokens_;
    blocks_.insert(full.begin() + static_cast<std::ptrdiff_t>(hits), full.end());
  }
  [[nodiscard]] std::uint64_t hit_tokens() const { return hit_tokens_; }

 private:
  std::uint32_t block_tokens_;
  std::unordered_set<BlockKey> blocks_;
  std::uint64_t hit_tokens_ = 0;
};

}  // namespace headroom

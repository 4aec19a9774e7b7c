#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_set>

#include "headroom/prefix.hpp"

namespace headroom {

/// How many prompt tokens repeat the beginning of an earlier prompt, by the ids of blocks that some traces have: equal
/// chains of ids from the start are equal text. The size of a block is the one that fits the number of ids of all rows.
class PrefixShare {
 public:
  static constexpr std::array<std::uint32_t, 7> block_tokens{16, 32, 64, 128, 256, 512, 1024};

  void add(std::uint32_t input_tokens, std::span<const BlockKey> prompt);

  /// Share of the prompt tokens, from 0 to 1; of the blocks where no size fits.
  [[nodiscard]] double repeated_fraction() const;

 private:
  std::unordered_set<BlockKey> chains_;  ///< of all prompts so far
  std::array<std::uint64_t, block_tokens.size()> repeated_tokens_{};
  std::array<bool, block_tokens.size()> misfits_{};
  std::uint64_t tokens_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t repeated_blocks_ = 0;
};

}  // namespace headroom

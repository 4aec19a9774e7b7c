#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "headroom/prefix.hpp"

namespace headroom {

/// The full blocks of prompts whose KV cache an instance has, each once. Those that somebody uses are pinned; of the
/// others the one used least recently goes first, of one prompt its end, so that what is left of it can still be used.
class PrefixCache {
 public:
  PrefixCache() { unused_.older = unused_.newer = &unused_; }
  PrefixCache(const PrefixCache&) = delete;
  PrefixCache& operator=(const PrefixCache&) = delete;
  ~PrefixCache() = default;

  /// How many blocks of the beginning of a prompt are here, and how many of these are pinned.
  struct Found {
    std::size_t blocks = 0;
    std::size_t pinned = 0;
  };
  [[nodiscard]] Found find(std::span<const BlockKey> prompt) const;
  /// Somebody uses these blocks, which come here where they are not. Returns how many nobody had pinned.
  std::uint64_t pin(std::span<const BlockKey> blocks);
  /// Somebody who pinned them does not use them any more. Returns how many nobody pins now.
  std::uint64_t unpin(std::span<const BlockKey> blocks);
  /// Drops the oldest unused blocks until at most so many are left; returns how many that were.
  std::uint64_t shrink_to(std::uint64_t unused_blocks);
  void clear();

  [[nodiscard]] std::uint64_t pinned_blocks() const { return blocks_.size() - unused_blocks_; }
  [[nodiscard]] std::uint64_t unused_blocks() const { return unused_blocks_; }

 private:
  /// A place in the list of unused blocks, which is a ring.
  struct Link {
    Link* older = nullptr;
    Link* newer = nullptr;
  };
  struct Block : Link {
    BlockKey key = 0;
    std::uint32_t pins = 0;
  };
  using Blocks = std::unordered_map<BlockKey, Block>;

  Block& add(BlockKey key);
  static void unlink(Link& block);

  Blocks blocks_;
  std::vector<Blocks::node_type> spare_;  ///< that held dropped blocks
  Link unused_;                           ///< before the oldest and behind the newest
  std::uint64_t unused_blocks_ = 0;
};

}  // namespace headroom

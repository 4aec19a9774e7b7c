#include "serving/prefix_cache.hpp"

#include <utility>

namespace headroom {

PrefixCache::Found PrefixCache::find(std::span<const BlockKey> prompt) const {
  Found found;
  for (const BlockKey key : prompt) {
    const auto block = blocks_.find(key);
    if (block == blocks_.end()) break;
    ++found.blocks;
    if (block->second.pins > 0) ++found.pinned;  // whoever pins a block pins those before it
  }
  return found;
}

std::uint64_t PrefixCache::pin(std::span<const BlockKey> blocks) {
  std::uint64_t newly = 0;
  for (const BlockKey key : blocks) {
    const auto found = blocks_.find(key);
    Block& block = found != blocks_.end() ? found->second : add(key);
    if (block.pins++ > 0) continue;
    ++newly;
    if (block.older == nullptr) continue;  // it has just come
    unlink(block);
    --unused_blocks_;
  }
  return newly;
}

std::uint64_t PrefixCache::unpin(std::span<const BlockKey> blocks) {
  std::uint64_t freed = 0;
  for (std::size_t i = blocks.size(); i-- > 0;) {
    Block& block = blocks_.at(blocks[i]);
    if (--block.pins > 0) continue;
    ++freed;
    ++unused_blocks_;
    block.older = unused_.older;
    block.newer = &unused_;
    block.older->newer = unused_.older = &block;
  }
  return freed;
}

std::uint64_t PrefixCache::shrink_to(std::uint64_t unused_blocks) {
  const std::uint64_t before = unused_blocks_;
  for (; unused_blocks_ > unused_blocks; --unused_blocks_) {
    auto& oldest = static_cast<Block&>(*unused_.newer);
    unlink(oldest);
    spare_.push_back(blocks_.extract(oldest.key));
  }
  return before - unused_blocks_;
}

void PrefixCache::clear() {
  blocks_.clear();
  unused_.older = unused_.newer = &unused_;
  unused_blocks_ = 0;
}

PrefixCache::Block& PrefixCache::add(BlockKey key) {
  if (spare_.empty()) return blocks_.emplace(key, Block{{}, key, 0}).first->second;
  auto node = std::move(spare_.back());
  spare_.pop_back();
  node.key() = key;
  node.mapped() = Block{{}, key, 0};
  return blocks_.insert(std::move(node)).position->second;
}

void PrefixCache::unlink(Link& block) {
  block.older->newer = block.newer;
  block.newer->older = block.older;
  block.older = block.newer = nullptr;
}

}  // namespace headroom

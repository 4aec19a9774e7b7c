#include "serving/instance_prefixes.hpp"

#include <algorithm>

namespace headroom {

void InstancePrefixes::look_up_among(std::span<const Sequence> waiting, std::span<const Sequence> running) {
  waiting_ = waiting;
  ahead_.clear();
  for (const Sequence& sequence : running)
    if (!sequence.decoding()) ahead_.push_back({prompts_.full_blocks(sequence.request)});
}

CachedPrefix InstancePrefixes::cached(std::size_t waiting) {
  const auto known = std::ranges::find(ahead_, waiting, &Ahead::waiting);
  if (known != ahead_.end()) return known->cached;
  const Sequence& sequence = waiting_[waiting];
  if (sequence.decoding()) return {};  // brought its KV cache along
  const auto blocks = prompts_.full_blocks(sequence.request);
  const auto usable = blocks.first(std::min<std::size_t>(blocks.size(), (sequence.prompt_tokens - 1) / block()));
  auto [found, held] = cache_.find(usable);
  for (const Ahead& other : ahead_) {
    const auto differ = std::ranges::mismatch(usable, other.blocks).in1;
    const auto common = static_cast<std::size_t>(differ - usable.begin());
    found = std::max(found, common);
    held = std::max(held, common);
  }
  const auto tokens = [this](std::size_t count) { return static_cast<std::uint32_t>(count * block()); };
  ahead_.push_back({blocks, waiting, {tokens(found), tokens(held)}});
  return ahead_.back().cached;
}

std::uint32_t InstancePrefixes::cached_tokens(const Request& request) const {
  const auto blocks = prompts_.full_blocks(request);
  const std::size_t most = (request.input_tokens - 1) / block();
  return static_cast<std::uint32_t>(cache_.find(blocks.first(std::min(blocks.size(), most))).blocks * block());
}

void InstancePrefixes::keep(const Request& request, std::uint32_t tokens) {
  const auto blocks = prompts_.full_blocks(request);
  const auto kept = blocks.first(std::min<std::size_t>(blocks.size(), tokens / block()));
  cache_.pin(kept);
  cache_.unpin(kept);
}

std::uint64_t InstancePrefixes::share(Sequence& sequence, std::uint64_t tokens) {
  const auto blocks = prompts_.full_blocks(sequence.request);
  const std::size_t shared = sequence.cached_tokens / block();
  const std::size_t until = std::min<std::size_t>(blocks.size(), tokens / block());
  if (until <= shared) return 0;
  sequence.cached_tokens = static_cast<std::uint32_t>(until * block());
  return cache_.pin(blocks.subspan(shared, until - shared)) * block();
}

std::uint64_t InstancePrefixes::unshare(Sequence& sequence) {
  const std::size_t shared = sequence.cached_tokens / block();
  sequence.cached_tokens = 0;
  return cache_.unpin(prompts_.full_blocks(sequence.request).first(shared)) * block();
}

}  // namespace headroom

// What the plain twin of an instance keeps of prompts: blocks that nobody uses in a list, the oldest first; who uses
// which is read off the batch.
#include <algorithm>

#include "support/step_by_step_instance.hpp"

namespace headroom::test {

std::span<const BlockKey> StepByStepInstance::blocks_of(const Job& job) const {
  return spec_.prompts ? spec_.prompts->full_blocks(job.seen.request) : std::span<const BlockKey>();
}

std::span<const BlockKey> StepByStepInstance::shared(const Job& job) const {
  return spec_.prompts ? blocks_of(job).first(job.seen.cached_tokens / spec_.prompts->block_tokens())
                       : std::span<const BlockKey>();
}

std::set<BlockKey> StepByStepInstance::pinned() const {
  std::set<BlockKey> keys;
  for (const Job& job : running_) keys.insert(shared(job).begin(), shared(job).end());
  return keys;
}

/// Asked once for each, by a scheduler that admits all of them but the last.
CachedPrefix StepByStepInstance::cached(std::size_t waiting) {
  const std::uint32_t size = spec_.prompts->block_tokens();
  std::set<BlockKey> held = pinned();
  for (const Job& job : running_)
    if (!job.seen.decoding()) held.insert(blocks_of(job).begin(), blocks_of(job).end());
  for (std::size_t i = 0; i < waiting; ++i) held.insert(blocks_of(waiting_[i]).begin(), blocks_of(waiting_[i]).end());
  std::set<BlockKey> there = held;
  there.insert(unused_.begin(), unused_.end());
  const auto beginning = [&](const std::set<BlockKey>& keys) {
    std::uint32_t tokens = 0;
    for (const BlockKey key : blocks_of(waiting_[waiting])) {
      if (!keys.contains(key) || tokens + size >= waiting_[waiting].seen.prompt_tokens) break;
      tokens += size;
    }
    return tokens;
  };
  return {beginning(there), beginning(held)};
}

/// The first `tokens` of its prompt, as far as they are full blocks, belong to the cache.
void StepByStepInstance::share(Job& job, std::uint32_t tokens) {
  const std::uint32_t size = spec_.prompts->block_tokens();
  const auto full = static_cast<std::uint32_t>(blocks_of(job).size()) * size;
  job.seen.cached_tokens = std::max(job.seen.cached_tokens, std::min(full, tokens / size * size));
  for (const BlockKey key : shared(job)) std::erase(unused_, key);
}

/// Those from `first` on were admitted with the plan.
void StepByStepInstance::share_prompts(std::size_t first) {
  auto chunk = plan_.prefill.begin();
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Job& job = running_[i];
    if (i >= first) {
      std::uint32_t hit = 0;
      const auto keys = pinned();
      for (const BlockKey key : blocks_of(job)) {
        const bool is_there = keys.contains(key) || std::ranges::find(unused_, key) != unused_.end();
        if (!is_there || hit + spec_.prompts->block_tokens() >= job.seen.prompt_tokens) break;
        hit += spec_.prompts->block_tokens();
      }
      job.seen.prefilled_tokens = hit;
      share(job, hit);
    }
    if (chunk == plan_.prefill.end() || chunk->running != i) continue;
    share(job, job.seen.prefilled_tokens + chunk->tokens);
    ++chunk;
  }
}

/// What it shared and no other running one does is unused from now on.
void StepByStepInstance::unshare(Job& job) {
  const auto blocks = shared(job);
  job.seen.cached_tokens = 0;
  const auto keys = pinned();
  for (auto key = blocks.rbegin(); key != blocks.rend(); ++key)
    if (!keys.contains(*key)) unused_.push_back(*key);
}

/// In the order in which they end: who read their prompts, then who decoded, the last of the batch first.
void StepByStepInstance::unshare_finished() {
  for (const bool read : {true, false})
    for (std::size_t i = running_.size(); i-- > 0;) {
      const bool has_read = std::ranges::find(plan_.prefill, i, &StepPlan::Chunk::running) != plan_.prefill.end();
      if (has_read == read && running_[i].tokens == running_[i].seen.request.output_tokens) unshare(running_[i]);
    }
}

void StepByStepInstance::evict() {
  while (!unused_.empty() && unused_.size() * spec_.prompts->block_tokens() > spec_.kv_capacity_tokens - kv_used())
    unused_.erase(unused_.begin());
}

}  // namespace headroom::test

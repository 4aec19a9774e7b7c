#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "serving/prefix_cache.hpp"
#include "serving/prompt_prefixes.hpp"

namespace headroom {

/// The prefix cache of an instance, as its sequences use it: in tokens. What a sequence shares with it counts as the
/// cache's memory, not the sequence's.
class InstancePrefixes final : public PrefixLookUp {
 public:
  explicit InstancePrefixes(const PromptPrefixes& prompts) : prompts_(prompts) {}

  /// A plan is to be made of these sequences.
  void look_up_among(std::span<const Sequence> waiting, std::span<const Sequence> running);
  [[nodiscard]] CachedPrefix cached(std::size_t waiting) override;
  /// What it has of a request's prompt now.
  [[nodiscard]] std::uint32_t cached_tokens(const Request& request) const;
  /// Whether it has all that a sequence counts on.
  [[nodiscard]] bool has_prefilled(const Sequence& sequence) const {
    return cache_.find(prompts_.full_blocks(sequence.request)).blocks * block() >= sequence.prefilled_tokens;
  }

  /// The full blocks among the first `tokens` of a running sequence's prompt are shared from now on. Returns by how
  /// much memory that is in use there grows.
  std::uint64_t share(Sequence& sequence, std::uint64_t tokens);
  /// It goes. Returns by how much memory that is in use there shrinks.
  std::uint64_t unshare(Sequence& sequence);
  /// The full blocks among the first `tokens` of a prompt are here, and nobody uses them yet.
  void keep(const Request& request, std::uint32_t tokens);
  /// What nobody uses takes at most so many tokens; the rest is evicted.
  void keep_within(std::uint64_t tokens) { evicted_tokens_ += cache_.shrink_to(tokens / block()) * block(); }
  /// What nobody uses is gone, without making room for anybody.
  void drop_unused() { cache_.shrink_to(0); }
  void clear() { cache_.clear(); }

  [[nodiscard]] std::uint64_t used_tokens() const { return cache_.pinned_blocks() * block(); }
  [[nodiscard]] std::uint64_t unused_tokens() const { return cache_.unused_blocks() * block(); }
  [[nodiscard]] std::uint64_t evicted_tokens() const { return evicted_tokens_; }

 private:
  /// A prompt whose blocks will be here when those behind it are read.
  struct Ahead {
    std::span<const BlockKey> blocks;
    std::size_t waiting = kRunning;
    CachedPrefix cached{};
    static constexpr std::size_t kRunning = static_cast<std::size_t>(-1);
  };
  [[nodiscard]] std::uint32_t block() const { return prompts_.block_tokens(); }

  const PromptPrefixes& prompts_;
  PrefixCache cache_;
  std::span<const Sequence> waiting_;
  std::vector<Ahead> ahead_;  ///< of the present plan
  std::uint64_t evicted_tokens_ = 0;
};

}  // namespace headroom

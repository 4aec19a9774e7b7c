// What an instance shares of the KV cache of its sequences with those that begin alike.
#include <algorithm>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "serving/instance.hpp"

namespace headroom {

/// What is cached of a prompt that is admitted needs no prefill. It was looked up for the plan, before pre-emptions.
void Instance::begin_behind_prefix(Sequence& sequence, std::uint32_t waiting) {
  sequence.prefilled_tokens = prefixes_->cached(waiting - plan_.preemptions.size()).tokens;
  pending_tokens_ -= sequence.prefilled_tokens;
}

/// Those admitted, `first` and behind, begin behind what is cached of them; what the step reads of prompts is shared.
/// In order of the batch, as the plan counts on it.
void Instance::share_prefixes(std::size_t first, double now) {
  if (plan_.admissions.empty() && plan_.prefill.empty()) return;
  auto chunk = plan_.prefill.begin();
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Sequence& sequence = running_[i];
    if (i >= first && !sequence.decoding()) {
      if (!prefixes_->has_prefilled(sequence))
        throw PolicyError("batching policy " + spec_.scheduler_name + " broke its contract at " + shortest(now) +
                          " s on instance " + std::to_string(id_.index()) +
                          ": prompts count on others before them, which are not read");
      share(sequence, sequence.prefilled_tokens);
      observer_.began(id_, sequence);
    }
    if (chunk == plan_.prefill.end() || chunk->running != i) continue;
    share(sequence, std::uint64_t{sequence.prefilled_tokens} + chunk->tokens);
    ++chunk;
  }
}

/// The full blocks among the first `tokens` of its prompt belong to the prefix cache from now on.
void Instance::share(Sequence& sequence, std::uint64_t tokens) {
  const std::uint32_t before = sequence.cached_tokens;
  kv_used_ += prefixes_->share(sequence, tokens);
  kv_used_ -= sequence.cached_tokens - before;
}

/// They count as its own again, and others who use them keep theirs. What memory was needed up to now has made its way
/// before.
void Instance::unshare(Sequence& sequence) {
  prefixes_->keep_within(spec_.kv_capacity_tokens - kv_used_);
  kv_used_ += sequence.cached_tokens;
  kv_used_ -= prefixes_->unshare(sequence);
}

void Instance::keep_prefix(const Request& request, std::uint32_t tokens) {
  if (open_ && prefixes_) prefixes_->keep(request, tokens);
}

std::uint64_t Instance::kv_unused_tokens() const {
  if (!prefixes_) return 0;
  const std::uint64_t free = spec_.kv_capacity_tokens - kv_used_;
  const std::uint32_t block = spec_.prompts->block_tokens();
  return std::min(prefixes_->unused_tokens(), free / block * block);
}

}  // namespace headroom

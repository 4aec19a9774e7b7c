// KV caches of contexts that the stages of a job tracker take over from other models, where a planner says so: the
// hidden state travels, then some layers are recomputed while the KV cache of the others travels, then the rest of the
// prompt is read.
#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "jobs/job_tracker.hpp"

namespace headroom {
namespace {

constexpr double kHiddenBytes = 2;  ///< of an element of a hidden state

}  // namespace

std::uint64_t JobTracker::context_key(const Job& job) const {
  const Stream& stream = streams_[job.stream];
  const std::uint32_t number = stream.config->contexts ? job.number % *stream.config->contexts : job.number;
  return hash(hash(seed_, stream.config->name), number);
}

/// Whole blocks of its prompt that are the context of its job, but for its last token.
std::uint32_t JobTracker::context_tokens(const Job& job, std::uint32_t node) const {
  const std::uint32_t tokens = stage_of(job, node).context_tokens;
  if (tokens == 0 || prompts_ == nullptr) return 0;
  const std::uint32_t block = prompts_->block_tokens();
  return std::min(tokens, stage_of(job, node).input_tokens - 1) / block * block;
}

void JobTracker::share_context(const Ready& ready, const Request& request) {
  const Job& job = jobs_[ready.job];
  const std::uint64_t key = context_key(job);
  std::vector<BlockKey> blocks;
  for (std::uint64_t begin = 0; begin < context_tokens(job, ready.node); begin += prompts_->block_tokens())
    blocks.push_back(hash(key, begin));
  prompts_->add(request.id, blocks);
}

/// Of the pairs of planners in which it receives, the first whose sender has read the context; with whoever said it.
std::optional<JobTracker::Sender> JobTracker::sender_of(const Job& job, std::uint32_t node, InstanceId receiver) const {
  const std::string& model = variant_of(receiver).model.name;
  for (const auto& planner : planners_)
    for (const ReusePair& pair : planner->reuse_pairs()) {
      if (pair.receiver != model) continue;
      const Artefacts::Key key{context_key(job), pair.sender};
      const Artefacts::Place* place = reuse_->artefacts.find(key);
      if (place && place->tokens >= context_tokens(job, node))
        return Sender{planner.get(), &pair, key, place->instance};
    }
  return std::nullopt;
}

/// A prompt of so many tokens that an instance reads alone.
Seconds JobTracker::prefill_time(InstanceId instance, std::uint32_t tokens) const {
  Request prompt;
  prompt.input_tokens = tokens;
  prompt.output_tokens = 1;
  return tokens > 0 ? catalogue_.runtime(fleet_.view()[instance].variant, prompt) : Seconds();
}

/// The prompt that an instance reads alone in about this time, of so many tokens at most.
std::uint32_t JobTracker::tokens_in(InstanceId instance, Seconds time, std::uint32_t most) const {
  std::uint32_t low = 1, high = most;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (prefill_time(instance, middle) < time) low = middle + 1;
    else high = middle;
  }
  const bool is_nearer = low > 1 && time - prefill_time(instance, low - 1) < prefill_time(instance, low) - time;
  return is_nearer ? low - 1 : low;
}

/// Goes to the instance that the router names: at once, or behind the KV cache that it takes over.
StageDesk::Taken JobTracker::submit_with_context(const Ready& ready, const Request& request) {
  share_context(ready, request);
  StageDesk::Taken taken;
  if (!reuse_) {
    taken = desk_.submit(request);
  } else {
    taken = desk_.choose(request);
    if (!taken.why_not && !begin_reuse(ready, request, taken.by)) taken = desk_.submit_to(request, taken.by);
  }
  if (taken.why_not) prompts_->drop(request.id);
  return taken;
}

bool JobTracker::begin_reuse(const Ready& ready, const Request& request, InstanceId by) {
  const Job& job = jobs_[ready.job];
  const std::uint32_t prefix = context_tokens(job, ready.node);
  if (prefix == 0 || fleet_.instances()[by.index()].cached_tokens(request) >= prefix) return false;
  const auto sender = sender_of(job, ready.node, by);
  if (!sender) return false;
  const VariantSpec& variant = variant_of(by);
  const InstanceLoad load = fleet_.view()[by].load;
  const Seconds whole = prefill_time(by, request.input_tokens), of_prefix = prefill_time(by, prefix);
  const double queued = static_cast<double>(load.pending_tokens) / request.input_tokens;  // such prompts
  const ReuseOutlook outlook{.queue = queued * whole,
                             .prefix = of_prefix,
                             .rest = whole - of_prefix,
                             .kv_bytes = prefix * kv_bytes_per_token(variant),
                             .hidden_bytes = static_cast<double>(prefix) * variant.model.hidden * kHiddenBytes,
                             .bytes_per_s = hand_overs_->bytes_per_s(sender->instance, by),
                             .shared_bytes_per_s = hand_overs_->shared_bytes_per_s(sender->instance, by),
                             .requests_wait = load.waiting > 0,
                             .groups = sender->pair->groups};
  const auto decision = sender->planner->reuse(outlook);
  if (!decision) return false;
  check_that(decision->group < outlook.groups.size(), "a planner names a group of layers that there is");
  const LayerGroup& group = outlook.groups[decision->group];
  const auto number = static_cast<std::uint32_t>(reuse_->all.size());
  Reuse& reuse = reuse_->all.emplace_back();
  reuse.job = ready.job;
  reuse.node = ready.node;
  reuse.request = request;
  reuse.by = by;
  reuse.artefact = sender->key;
  reuse.from = sender->instance;
  reuse.prefix_tokens = prefix;
  reuse.cache_bytes = (1 - group.layer_fraction) * outlook.kv_bytes;
  if (group.layer_fraction > 0) reuse.recomputed_tokens = tokens_in(by, group.layer_fraction * of_prefix, prefix);
  reuse_->artefacts.hold(sender->key);
  ReuseResult& result = reuse_->result;
  ++result.begun;
  result.predicted_s += (queue_.now() - request.arrival + decision->predicted).value();
  result.layer_fraction += group.layer_fraction;
  result.quality += group.quality;
  reuse.missing = 1;
  reuse.is_recomputed = group.layer_fraction <= 0;
  fetch(number, reuse.is_recomputed ? reuse.cache_bytes : outlook.hidden_bytes);
  return true;
}

void JobTracker::fetch(std::uint32_t number, double bytes) {
  const Reuse& reuse = reuse_->all[number];
  if (!fleet_.view().server(fleet_.server_of(reuse.from)).up) return part_lost(number);
  reuse_->result.fetched_bytes += bytes;
  hand_overs_->carry(*this, number, reuse.from, reuse.by, bytes);
}

void JobTracker::part_lost(std::uint32_t number) {
  reuse_->all[number].failed = true;
  part_done(number);
}

/// Once all that happens now has happened it goes on.
void JobTracker::part_done(std::uint32_t number) {
  if (--reuse_->all[number].missing > 0) return;
  reuse_->to_go_on.push_back(number);
  ask_to_dispatch();
}

void JobTracker::go_on_with_reuses() {
  const auto ready = std::exchange(reuse_->to_go_on, {});
  for (const std::uint32_t number : ready) {
    Reuse& reuse = reuse_->all[number];
    if (jobs_[reuse.job].is_cancelled) end_reuse(number);
    else if (reuse.failed || reuse.is_recomputed) read_rest(number);
    else recompute(number);
  }
}

/// The hidden state is there: the instance recomputes layers while the KV cache of the others comes.
void JobTracker::recompute(std::uint32_t number) {
  Reuse& reuse = reuse_->all[number];
  reuse.is_recomputed = true;
  reuse.missing = reuse.cache_bytes > 0 ? 2 : 1;
  Request request = reuse.request;
  request.id = kFirstId + under_way_.size();
  request.arrival = queue_.now();
  request.input_tokens = reuse.recomputed_tokens;
  request.output_tokens = 1;
  request.request_class = plan_of(jobs_[reuse.job], reuse.node).recompute_class;
  const bool is_taken = !desk_.submit_to(request, reuse.by).why_not;
  if (is_taken)
    under_way_.push_back(
        {.job = reuse.job, .node = reuse.node, .begun = queue_.now(), .reuse = number, .is_recomputation = true});
  if (reuse.cache_bytes > 0) fetch(number, reuse_->all[number].cache_bytes);
  if (!is_taken) part_lost(number);
}

/// What is there of the prefix is kept in the cache of the instance, where the prompt finds it.
void JobTracker::read_rest(std::uint32_t number) {
  Reuse& reuse = reuse_->all[number];
  if (!reuse.failed) fleet_.instances()[reuse.by.index()].keep_prefix(reuse.request, reuse.prefix_tokens);
  const bool is_taken = !desk_.submit_to(reuse.request, reuse.by).why_not;
  reuse.failed = reuse.failed || !is_taken;
  end_reuse(number);
  if (is_taken) return;
  prompts_->drop(reuse.request.id);
  submit_again(reuse.request);
}

void JobTracker::end_reuse(std::uint32_t number) {
  reuse_->artefacts.release(reuse_->all[number].artefact);
  reuse_->result.failed += reuse_->all[number].failed;
}

/// Its model has read the context: that is kept for those who may take it over.
void JobTracker::keep_context(const UnderWay& stage, const Sequence& sequence, InstanceId instance) {
  const Job& job = jobs_[stage.job];
  if (context_tokens(job, stage.node) == 0) return;
  const bool took_over = stage.reuse != UnderWay::kNone && !reuse_->all[stage.reuse].failed;
  FirstTokens& times = took_over ? reuse_->result.reused : reuse_->result.full;
  ++times.stages;
  times.seconds.add((sequence.first_token - sequence.request.arrival).value());
  const VariantSpec& variant = variant_of(instance);
  const bool sends = std::ranges::any_of(planners_, [&](const auto& planner) {
    return std::ranges::any_of(planner->reuse_pairs(),
                               [&](const ReusePair& pair) { return pair.sender == variant.model.name; });
  });
  if (!sends) return;
  const std::uint32_t block = prompts_->block_tokens();  // all of them: its prompt is read
  const std::uint32_t tokens = stage_of(job, stage.node).context_tokens / block * block;
  const double bytes = tokens * (kv_bytes_per_token(variant) + variant.model.hidden * kHiddenBytes);
  reuse_->artefacts.make({context_key(job), variant.model.name}, {instance, fleet_.server_of(instance), tokens}, bytes);
}

void JobTracker::power_cut(std::span<const ServerId> servers) {
  if (reuse_) reuse_->artefacts.lose(servers);
}

std::optional<ReuseResult> JobTracker::finish_reuse() const {
  if (!reuse_) return std::nullopt;
  ReuseResult result = reuse_->result;
  const Artefacts& artefacts = reuse_->artefacts;
  result.made = artefacts.made();
  result.live = artefacts.count();
  result.made_bytes = artefacts.made_bytes();
  result.dropped_bytes = artefacts.dropped_bytes();
  result.live_bytes = artefacts.live_bytes();
  return result;
}

}  // namespace headroom

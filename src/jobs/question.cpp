#include "jobs/question.hpp"

#include <algorithm>

namespace headroom {

Question::Question(const ChainsConfig& config, double mean_tokens, std::uint32_t chains, std::uint64_t seed,
                   std::span<const std::unique_ptr<Planner>> planners)
    : planners_(planners), under_way_(chains), choice_(seed, "stopped chains") {
  chains_.reserve(chains);
  for (std::uint32_t i = 0; i < chains; ++i) {
    chains_.push_back({Chain(config, mean_tokens, i, seed)});
    go_on(i);
  }
}

void Question::go_on(std::uint32_t chain) {
  One& one = chains_[chain];
  const auto hears = [&](const auto& planner) { return planner->hears_of(one.drawn.thought()); };
  one.report_at = Sequence::kNever;
  while (one.report_at == Sequence::kNever && one.drawn.think())
    if (std::ranges::any_of(planners_, hears)) one.report_at = one.drawn.thought_end();
}

std::optional<std::uint32_t> Question::whom_to_stop(std::uint32_t chain) {
  const auto voters = static_cast<std::uint32_t>(
      std::ranges::count_if(chains_, [](const One& one) { return one.state != State::stopped; }));
  const Thought& thought = chains_[chain].drawn.thought();
  const auto other = another(chain);
  if (!other) return std::nullopt;
  for (const auto& planner : planners_) {
    if (!planner->hears_of(thought)) continue;
    const Prune prune = planner->prune(thought, voters);
    if (prune != Prune::nobody) return prune == Prune::itself ? chain : *other;
  }
  return std::nullopt;
}

/// Any other live chain.
std::optional<std::uint32_t> Question::another(std::uint32_t chain) {
  std::vector<std::uint32_t> live;
  for (std::uint32_t i = 0; i < chains_.size(); ++i)
    if (i != chain && chains_[i].state == State::live) live.push_back(i);
  if (live.empty()) return std::nullopt;
  return live[choice_.integer(0, live.size() - 1)];
}

void Question::end(std::uint32_t chain, std::uint32_t tokens, Seconds held, ChainsResult& result) {
  if (!is_stopped(chain)) chains_[chain].state = State::done;
  ++(is_stopped(chain) ? result.cancelled : result.done);
  result.tokens += tokens;
  result.kv_token_steps += 0.5 * tokens * tokens;
  result.kv_token_s += 0.5 * tokens * held.value();
  if (--under_way_ > 0) return;
  std::vector<std::uint32_t> answers;
  for (const One& one : chains_)
    if (one.state == State::done) answers.push_back(one.drawn.answer());
  result.right += vote(answers) == 0;
  result.fewest_voters =
      result.votes == 0 ? answers.size() : std::min<std::uint64_t>(result.fewest_voters, answers.size());
  ++result.votes;
}

}  // namespace headroom

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "headroom/recipe.hpp"
#include "headroom/router.hpp"

namespace headroom {

/// Splitwise's router (ISCA'24) as SplitwiseSim has it: an instance of the prompt pool reads the prompt, one of the
/// token pool answers. Where a pool is overloaded, an instance of the other joins a third, mixed, list of those that do
/// both, until it has run dry.
class MixedPool : public Router {
 public:
  void fields(Fields& f) override {
    f("prompt_pool", prompt_pool_, "whose instances read prompts");
    f("token_pool", token_pool_, "whose instances answer");
    f("max_pending_tokens", most_pending_,
      "an instance where something waits takes no prompt that brings what it has to do above this",
      Range::between(1, 1e9));
  }
  void check_in(const PolicyContext& context, const Scope& scope) const override {
    check_name(prompt_pool_, context.pools, "pool", scope.at("prompt_pool"));
    check_name(token_pool_, context.pools, "pool", scope.at("token_pool"));
  }

  bool hands_over() const override { return true; }

  std::optional<Route> route(const Request& request, const FleetView& fleet) override {
    bring_up_to_date(fleet);
    auto prompt = first_that([&](const List& list) { return for_prompt(request, fleet, list); }, prompts_);
    auto answer = first_that([&](const List& list) { return for_answer(request, fleet, list); }, tokens_);
    if (!prompt && !tokens_.empty()) prompt = to_mixed(tokens_, least(tokens_, fleet, pending));
    if (!answer && !prompts_.empty()) answer = to_mixed(prompts_, least(prompts_, fleet, promised));
    if (prompt && answer) return prompt == answer ? Route(*prompt) : Route(*prompt, *answer);
    List all = prompts_;
    all.insert(all.end(), mixed_.begin(), mixed_.end());
    all.insert(all.end(), tokens_.begin(), tokens_.end());
    if (all.empty()) return std::nullopt;
    return Route(*least(all, fleet, pending));
  }

  void idled(InstanceId id) override {
    const auto at = std::ranges::find(mixed_, id);
    if (at == mixed_.end()) return;
    mixed_.erase(at);
    (reads_prompts_[id.index()] ? prompts_ : tokens_).push_back(id);
  }

 private:
  using List = std::vector<InstanceId>;
  using Figure = std::uint64_t (*)(const InstanceLoad&);

  static std::uint64_t pending(const InstanceLoad& load) { return load.pending_tokens + load.answers; }
  static std::uint64_t promised(const InstanceLoad& load) { return load.promised_tokens; }

  /// New instances join the list of their pool, closed ones leave theirs.
  void bring_up_to_date(const FleetView& fleet) {
    for (List* list : {&prompts_, &tokens_, &mixed_})
      std::erase_if(*list, [&](InstanceId id) {
        if (fleet[id].is_open()) return false;
        known_[id.index()] = false;
        return true;
      });
    known_.resize(fleet.instances(), false);
    reads_prompts_.resize(fleet.instances(), false);
    for (std::size_t pool = 0; pool < fleet.pools(); ++pool) {
      const bool reads = fleet.name(PoolId(pool)) == prompt_pool_;
      if (!reads && fleet.name(PoolId(pool)) != token_pool_) continue;
      for (const InstanceId id : fleet.members(PoolId(pool))) {
        if (known_[id.index()] || !fleet[id].is_open()) continue;
        known_[id.index()] = true;
        reads_prompts_[id.index()] = reads;
        (reads ? prompts_ : tokens_).push_back(id);
      }
    }
  }

  static std::optional<InstanceId> least(const List& list, const FleetView& fleet, Figure figure) {
    const auto at = std::ranges::min_element(list, {}, [&](InstanceId id) { return figure(fleet[id].load); });
    return at == list.end() ? std::nullopt : std::optional(*at);
  }
  template <class Choose>
  std::optional<InstanceId> first_that(Choose choose, const List& origin) const {
    const auto chosen = choose(origin);
    return chosen ? chosen : choose(mixed_);
  }
  std::optional<InstanceId> for_prompt(const Request& request, const FleetView& fleet, const List& list) const {
    const auto chosen = least(list, fleet, pending);
    if (!chosen) return std::nullopt;
    const InstanceLoad& load = fleet[*chosen].load;
    return load.has_backlog && pending(load) + request.input_tokens > most_pending_ ? std::nullopt : chosen;
  }
  static std::optional<InstanceId> for_answer(const Request& request, const FleetView& fleet, const List& list) {
    const auto chosen = least(list, fleet, promised);
    if (!chosen) return std::nullopt;
    const std::uint64_t after = promised(fleet[*chosen].load) + request.input_tokens + request.output_tokens;
    return after > fleet[*chosen].kv_capacity_tokens ? std::nullopt : chosen;
  }
  std::optional<InstanceId> to_mixed(List& from, std::optional<InstanceId> id) {
    std::erase(from, *id);
    mixed_.push_back(*id);
    return id;
  }

  std::string prompt_pool_ = "prompt";
  std::string token_pool_ = "token";
  std::uint64_t most_pending_ = 8192;
  List prompts_, tokens_, mixed_;
  std::vector<bool> known_, reads_prompts_;  ///< by instance
};

namespace kinds {
Kind<Router> mixed_pool() {
  return kind_of<Router, MixedPool>("mixed_pool",
                                    "prompts and answers on pools of their own, with those that do both (Splitwise)");
}
}  // namespace kinds

}  // namespace headroom

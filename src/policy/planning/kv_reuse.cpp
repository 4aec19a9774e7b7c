#include <optional>
#include <vector>

#include "headroom/planner.hpp"
#include "headroom/recipe.hpp"
#include "policy/planning/reuse_time.hpp"

namespace headroom {

/// DroidSpeak (NSDI 2026, arXiv 2411.02820): a model takes over the KV cache that another one of its architecture has
/// of the same prefix, and recomputes the layers that quality depends on.
class KvReuse : public Planner {
 public:
  void fields(Fields& f) override {
    f.required("pairs", pairs_, "of models, and what of the receiver's layers may be recomputed");
    f("quality_wanted", choice_.quality_wanted, "of answers, at least", Range::fraction());
    f("ttft_target_s", choice_.ttft_target,
      "with it the planner is aware of the queue: where no request waits at an instance as many layers are recomputed "
      "as keep this time to the first token by its prediction; else, and without, the fewest of the quality wanted",
      Range::period());
    f("server_bytes", server_bytes_,
      "of what is kept for others, at most on each server, beside its GPUs: what was used least recently is dropped",
      Range::between(0.0, 1e16));
    f("counts_transfers", counts_transfers_,
      "whether the bandwidth that it expects is shared in equal parts with the transfers that are under way on the "
      "same "
      "links; else it predicts as if nobody else used the network");
  }
  void check(const Scope& scope) const override {
    if (pairs_.empty()) scope.at("pairs").problem("must have at least one pair");
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      if (pairs_[i].groups.empty()) scope.at("pairs").at(i).at("groups").problem("must have at least one group");
  }

  [[nodiscard]] std::span<const ReusePair> reuse_pairs() const override { return pairs_; }
  [[nodiscard]] double reuse_server_bytes() const override { return server_bytes_; }
  [[nodiscard]] std::optional<ReuseDecision> reuse(const ReuseOutlook& prompt) override {
    ReuseOutlook expected = prompt;
    if (counts_transfers_) expected.bytes_per_s = prompt.shared_bytes_per_s;
    const auto group = choose_group(expected, choice_);
    if (!group) return std::nullopt;
    return ReuseDecision{*group, reusing_prefill(expected, expected.groups[*group].layer_fraction)};
  }

 private:
  std::vector<ReusePair> pairs_;
  ReuseChoice choice_;
  bool counts_transfers_ = false;
  double server_bytes_ = 1e12;
};

namespace kinds {
Kind<Planner> kv_reuse() {
  return kind_of<Planner, KvReuse>("kv_reuse",
                                   "takes over the KV cache that a like model has of a prefix (DroidSpeak)");
}
}  // namespace kinds

}  // namespace headroom

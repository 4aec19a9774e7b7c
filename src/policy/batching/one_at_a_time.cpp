#include "headroom/batch_scheduler.hpp"
#include "headroom/recipe.hpp"

namespace headroom {

/// A request alone, in order of coming: for work that gains nothing in a batch.
class OneAtATime : public BatchScheduler {
 public:
  [[nodiscard]] std::uint32_t most_sequences() const override { return 1; }

  void plan(const InstanceView& instance, StepPlan& plan) override {
    if (instance.running.empty() && instance.waiting.empty()) return;
    if (instance.running.empty()) plan.admissions.push_back(0);
    const Sequence& next = instance.running.empty() ? instance.waiting.front() : instance.running.front();
    plan.decode = next.decoding();
    if (!plan.decode) plan.prefill.push_back({0, next.to_prefill()});
  }
};

namespace kinds {
Kind<BatchScheduler> one_at_a_time() {
  return kind_of<BatchScheduler, OneAtATime>("one_at_a_time", "a request alone, in order of coming");
}
}  // namespace kinds

}  // namespace headroom

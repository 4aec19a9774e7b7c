#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "headroom/controller.hpp"
#include "headroom/recipe.hpp"
#include "policy/control/swing_meter.hpp"

namespace headroom {
namespace {

/// The last line of defence of a site with training jobs (arXiv 2508.14318, section on the backstop): it watches the
/// amplitude of some frequencies in a node's power by a meter of its own, and answers in tiers while one of them is too
/// large, one more each `patience_s`: throttle (a cap on the GPUs of all jobs), shed (end the largest job), disconnect
/// (end them all). After `calm_s` without one the throttle ends; what was shed or disconnected stays so. Which limits
/// and times: ours, the paper gives none.
class Backstop final : public Controller {
 public:
  void fields(Fields& f) override {
    f("node", node_, "path of the node whose power is watched");
    f("sample_s", sample_, "time between samples", Range::between(0.001, 0.02));
    f("delay_s", delay_, "time from a sample to what it causes", Range::between(0.0, 1e3));
    f("window_s", window_, "what the amplitudes are taken over", Range::between(0.1, 1e3));
    f("watch_hz", watch_hz_, "frequencies that are watched, each rounded to a multiple of 1 / window_s",
      Range::frequency());
    f("limit_w", limit_, "largest amplitude that is let be", Range::power_limit());
    f("patience_s", patience_, "time above the limit until the next tier", Range::period());
    f("calm_s", calm_, "time without an amplitude above the limit until the throttle ends", Range::period());
    f("cap_fraction", cap_fraction_, "cap of the GPUs of all jobs over their TDP while throttled", Range::fraction());
  }

  void check(const Scope& scope) const override {
    if (!limit_) scope.at("limit_w").problem("missing: the backstop needs a limit");
    if (watch_hz_.empty()) scope.at("watch_hz").problem("must name a frequency");
    if (cap_fraction_ <= 0) scope.at("cap_fraction").problem("must be above 0");
    for (std::size_t i = 0; i < watch_hz_.size(); ++i)
      if (watch_hz_[i] * window_.value() < 1 || watch_hz_[i] * sample_.value() > 0.5)
        scope.at("watch_hz").at(i).problem("must lie between 1 / window_s and half the sampling rate");
  }

  void check_in(const PolicyContext& context, const Scope& scope) const override {
    if (std::ranges::find(context.nodes, node_) == context.nodes.end())
      scope.at("node").problem("the site has no such node above its servers");
  }

  bool follows_power() const override { return false; }
  std::optional<std::string> metered_node() const override { return node_; }
  std::optional<Seconds> own_delay() const override { return delay_; }
  Seconds period() const override { return sample_; }
  bool is_done() const override { return is_done_; }

  void control(const ControlView& view, Actions& actions) override {
    is_done_ = view.jobs_are_over;
    if (!view.metered) return;
    if (!meter_) meter_.emplace(watch_hz_, sample_, window_);
    meter_->add(*view.metered);
    const Tier before = tier_;
    climb(meter_->amplitude() > *limit_);
    if (tier_ != before) answer(actions);
  }

 private:
  enum class Tier : std::uint8_t { none, throttle, shed, disconnect };

  void climb(bool too_much) {
    above_ = too_much ? above_ + sample_ : Seconds();
    below_ = too_much ? Seconds() : below_ + sample_;
    if (too_much && tier_ == Tier::none) tier_ = Tier::throttle;
    if (above_ > patience_ && tier_ != Tier::disconnect) {
      tier_ = static_cast<Tier>(static_cast<int>(tier_) + 1);
      above_ = Seconds();
    }
    if (below_ > calm_) tier_ = Tier::none;
  }

  void answer(Actions& actions) const {
    constexpr std::array words = {"calm: throttle ends", "throttle", "shed the largest job", "disconnect all jobs"};
    actions.because(std::string("backstop: ") + words[static_cast<std::size_t>(tier_)]);
    if (tier_ == Tier::shed) actions.add(EndJobs{EndJobs::Which::largest});
    if (tier_ == Tier::disconnect) actions.add(EndJobs{EndJobs::Which::all});
    actions.add(LimitJobs{tier_ == Tier::none ? std::nullopt : std::optional(cap_fraction_)});
  }

  std::string node_ = "site";
  Seconds sample_{0.02}, delay_{0.1}, window_{10.0}, patience_{5.0}, calm_{30.0};
  std::vector<double> watch_hz_{0.5, 1.0, 2.0};
  std::optional<Power> limit_;
  double cap_fraction_ = 0.6;

  std::optional<SwingMeter> meter_;
  Seconds above_{}, below_{};
  Tier tier_ = Tier::none;
  bool is_done_ = false;
};

}  // namespace

namespace kinds {
Kind<Controller> backstop() {
  return kind_of<Controller, Backstop>("backstop", "throttles, sheds, disconnects training jobs whose power swings");
}
}  // namespace kinds

}  // namespace headroom

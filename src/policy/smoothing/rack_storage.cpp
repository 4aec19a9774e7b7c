#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "headroom/recipe.hpp"
#include "headroom/smoother.hpp"
#include "policy/smoothing/feed_reference.hpp"
#include "policy/smoothing/storage_account.hpp"

namespace headroom {

enum class ReferenceKind { moving_average, low_pass };
static std::array<std::string_view, 2> words_of(ReferenceKind) {
  return {"moving_average", "low_pass"};
}

namespace {

constexpr Power kUnlimited{std::numeric_limits<double>::infinity()};

}  // namespace

/// A storage in the rack (arXiv 2508.14318). Its feed follows a mean of the rack's demand, within what the storage can
/// do:
///
///   feed = demand - power,   power = demand - mean - restore * (target - energy), above 0 where it discharges
///   -charge limit <= power <= min(discharge limit, demand);  none out of an empty, none into a full storage
///
/// The mean is taken at ticks and held for the next; what came before the first demand was like it. For a low-pass tau
/// = window / 2, so that both kinds of mean lag equally. Without a capacity the storage is never empty or full and has
/// no restoring term: what it would need is then read from storage_use().
class RackStorage : public Smoother {
 public:
  void fields(Fields& f) override {
    f("window_s", window_, "what the reference is a mean over", Range::between(1e-3, 1e6));
    f("tick_s", tick_, "longest time between steps of the feed, at most window / 10", Range::between(1e-4, 10.0));
    f("reference", reference_kind_, "what the feed follows; a low-pass has a time constant of half the window");
    f("capacity_j_per_gpu", capacity_, "energy of a full storage; absent: unlimited", Range::between(1e-3, 1e9));
    f("charge_w_per_gpu", charge_limit_, "highest power into the storage; absent: unlimited", Range::power_limit());
    f("discharge_w_per_gpu", discharge_limit_, "highest power out of it; absent: unlimited", Range::power_limit());
    f("efficiency_fraction", efficiency_, "energy stored over energy charged; discharging loses nothing",
      Range::between(1e-3, 1.0));
    f("low_charge_fraction", low_, "energy over capacity at which it counts as empty", Range::fraction());
    f("high_charge_fraction", high_, "energy over capacity at which it counts as full", Range::fraction());
    f("target_charge_fraction", target_, "energy over capacity at the start, and restored to", Range::fraction());
    f("restore_per_s", restore_, "power of restoring over the energy that is away from the target",
      Range::between(0.0, 10.0));
    f("hysteresis_fraction", hysteresis_,
      "of the charge window: how far from its ends an exhausted storage is fit again", Range::between(0.0, 0.4));
  }

  void check(const Scope& scope) const override {
    if (tick_ > window_ / 10.0) scope.at("tick_s").problem("must be at most a tenth of window_s");
    if (window_ > tick_ * 1e7) scope.at("window_s").problem("must be at most ten million ticks");
    if (low_ >= high_) scope.at("low_charge_fraction").problem("must be below high_charge_fraction");
    else if (target_ <= low_ || target_ >= high_)
      scope.at("target_charge_fraction").problem("must lie between low_charge_fraction and high_charge_fraction");
  }

  [[nodiscard]] SmootherPlace place() const override { return SmootherPlace::rack; }

  [[nodiscard]] double state_bytes() const override {
    return reference_kind_ == ReferenceKind::moving_average ? cells() * sizeof(Energy) : 0;
  }

  void start(const PolicyContext&, Seconds now) override {
    cell_ = window_ / cells();
    if (reference_kind_ == ReferenceKind::low_pass) reference_ = std::make_shared<LowPass>(window_ / 2.0);
    else reference_ = std::make_shared<MovingAverage>(cell_, static_cast<std::size_t>(cells()));
    account_ = StorageAccount(capacity_ ? *capacity_ * target_ : Energy(), efficiency_);
    start_ = since_ = now;
    ticks_ = 0;
    exhausted_ = begun_ = false;
    mean_ = {};
    hold(now);
  }

  void demand(Power power, Seconds now) override {
    if (!begun_) {
      reference_->begin(power);
      mean_ = power;
      begun_ = true;
    }
    settle(now);
    demand_ = power;
    hold(now);
  }
  void advance(Seconds now) override {
    settle(now);
    hold(now);
  }

  [[nodiscard]] Power draw() const override { return demand_ - power_; }
  [[nodiscard]] Seconds next_change() const override { return std::min(tick_at(ticks_ + 1), limit_at_); }

  [[nodiscard]] SmoothingBooks books(Seconds now) const override { return account_until(now).books(); }
  void begin_statistics(Seconds now) override {
    settle(now);
    account_.begin();
    hold(now);
  }
  [[nodiscard]] std::optional<StorageUse> storage_use(Seconds now) const override {
    return account_until(now).use(capacity_);
  }
  [[nodiscard]] bool exhausted() const override { return exhausted_; }
  [[nodiscard]] Seconds settling() const override { return window_; }

 private:
  /// Ticks of the window.
  [[nodiscard]] double cells() const { return std::ceil(window_ / tick_ * (1.0 - 1e-9)); }

  [[nodiscard]] Seconds tick_at(std::uint64_t number) const { return start_ + cell_ * static_cast<double>(number); }
  // Only a storage of a given capacity is ever empty or full.
  [[nodiscard]] Energy empty() const { return *capacity_ * low_; }
  [[nodiscard]] Energy full() const { return *capacity_ * high_; }

  [[nodiscard]] StorageAccount account_until(Seconds now) const {
    StorageAccount account = account_;
    account.pass(demand_, power_, now - since_);
    return account;
  }

  /// What was held until `now` is written down; a tick takes the mean, and a limit that was reached is reached exactly.
  void settle(Seconds now) {
    account_.pass(demand_, power_, now - since_);
    reference_->add(demand_, now - since_);
    since_ = now;
    if (limit_at_ <= now) account_.set_energy(power_ > Power() ? empty() : full());
    limit_at_ = kNever;
    if (tick_at(ticks_ + 1) > now) return;
    ++ticks_;
    reference_->tick();
    mean_ = reference_->mean();
  }

  void hold(Seconds now) {
    const Power feasible = within_power(demand_ - mean_ - restoring());
    const Seconds limit = limit_date(feasible, now);
    const bool blocked = limit <= now;
    power_ = blocked ? Power() : feasible;
    limit_at_ = blocked ? kNever : limit;
    if (blocked) exhausted_ = true;
    else if (exhausted_ && fit_again()) exhausted_ = false;
  }

  /// Power that brings the energy back to its target.
  [[nodiscard]] Power restoring() const {
    if (!capacity_) return Power();
    return (*capacity_ * target_ - account_.energy()) * restore_ / Seconds(1.0);
  }

  [[nodiscard]] Power within_power(Power power) const {
    return std::clamp(power, -charge_limit_.value_or(kUnlimited),
                      std::min(discharge_limit_.value_or(kUnlimited), demand_));
  }

  [[nodiscard]] bool fit_again() const {
    const Energy margin = (full() - empty()) * hysteresis_;
    return account_.energy() >= empty() + margin && account_.energy() <= full() - margin;
  }

  /// When the storage will be empty or full at this power; not after `now` where it is.
  [[nodiscard]] Seconds limit_date(Power power, Seconds now) const {
    if (!capacity_ || power == Power()) return kNever;
    const Energy limit = power > Power() ? empty() : full();
    return now + (account_.energy() - limit) / account_.energy_rate(power);
  }

  Seconds window_{10.0}, tick_{0.01};
  ReferenceKind reference_kind_ = ReferenceKind::moving_average;
  std::optional<Energy> capacity_;
  std::optional<Power> charge_limit_, discharge_limit_;
  double efficiency_ = 0.95;
  double low_ = 0.10, high_ = 0.90, target_ = 0.52, restore_ = 0.01, hysteresis_ = 0.1;

  std::shared_ptr<FeedReference> reference_;  ///< of this stage alone, made at its start
  StorageAccount account_;
  Seconds cell_{}, start_{}, since_{}, limit_at_ = kNever;
  std::uint64_t ticks_ = 0;
  Power demand_{}, power_{}, mean_{};
  bool exhausted_ = false;
  bool begun_ = false;  ///< there was a demand
};

namespace kinds {
Kind<Smoother> rack_storage() {
  return kind_of<Smoother, RackStorage>("rack_storage",
                                        "a storage in each rack whose feed follows the mean of the rack's power");
}
}  // namespace kinds

}  // namespace headroom

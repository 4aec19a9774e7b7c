#include "policy/smoothing/backstop.hpp"

#include <algorithm>
#include <cmath>

#include "headroom/trigonometry.hpp"

namespace headroom {

void Backstop::fields(Fields& f) {
  f("enabled", enabled_, "whether it watches");
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

void Backstop::check(const Scope& scope) const {
  if (!enabled_) return;
  if (!limit_) scope.at("limit_w").problem("missing: the backstop needs a limit");
  if (watch_hz_.empty()) scope.at("watch_hz").problem("must name a frequency");
  if (cap_fraction_ <= 0) scope.at("cap_fraction").problem("must be above 0");
  for (std::size_t i = 0; i < watch_hz_.size(); ++i)
    if (watch_hz_[i] * window_.value() < 1 || watch_hz_[i] * sample_.value() > 0.5)
      scope.at("watch_hz").at(i).problem("must lie between 1 / window_s and half the sampling rate");
}

void Backstop::start() {
  const double n = std::round(window_ / sample_);
  samples_.assign(static_cast<std::size_t>(n), 0.0);
  bins_.clear();
  for (const double frequency : watch_hz_) {
    const double turns = std::round(frequency * window_.value());
    bins_.push_back({.sum = {}, .fresh = {}, .turn = portable::phasor(-turns / n)});
  }
}

Backstop::Tier Backstop::look(Power power) {
  for (Bin& bin : bins_) {
    bin.sum += (power.value() - samples_[next_]) * bin.phase;
    bin.fresh += power.value() * bin.phase;
    bin.phase *= bin.turn;
  }
  samples_[next_] = power.value();
  if (++next_ == samples_.size()) {
    next_ = 0;
    filled_ = true;
    for (Bin& bin : bins_) {
      bin.sum = bin.fresh;
      bin.fresh = {};
      bin.phase = {1.0, 0.0};
    }
  }
  const bool too_much = amplitude() > *limit_;
  above_ = too_much ? above_ + sample_ : Seconds();
  below_ = too_much ? Seconds() : below_ + sample_;
  if (too_much && tier_ == Tier::none) tier_ = Tier::throttle;
  if (above_ > patience_ && tier_ != Tier::disconnect) {
    tier_ = static_cast<Tier>(static_cast<int>(tier_) + 1);
    above_ = Seconds();
  }
  if (below_ > calm_) tier_ = Tier::none;
  return tier_;
}

Power Backstop::amplitude() const {
  if (!filled_) return Power();
  double largest = 0;
  for (const Bin& bin : bins_) largest = std::max(largest, std::norm(bin.sum));
  return Power(2 * std::sqrt(largest) / static_cast<double>(samples_.size()));
}

}  // namespace headroom

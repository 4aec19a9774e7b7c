#pragma once

#include <algorithm>

#include "headroom/smoother.hpp"
#include "policy/smoothing/ledger.hpp"

namespace headroom {

/// What the stages inside a GPU share: they store nothing, hold a draw between two dates, and keep books of it.
class GpuStage : public Smoother {
 public:
  [[nodiscard]] SmootherPlace place() const final { return SmootherPlace::gpu; }

  void start(const PolicyContext& context, Seconds now) final {
    tdp_ = context.gpu_tdp;
    ledger_.begin(now);
    begin(now);
    hold(now);
  }
  void demand(Power power, Seconds now) final {
    ledger_.settle(now);
    const Power before = demand_;
    demand_ = power;
    demand_changed(before, now);
    hold(now);
  }
  void advance(Seconds now) final {
    ledger_.settle(now);
    hold(now);
  }

  [[nodiscard]] Power draw() const final { return held_.draw; }
  [[nodiscard]] Seconds next_change() const final { return held_.until; }
  [[nodiscard]] SmoothingBooks books(Seconds now) const final { return ledger_.books(now); }
  void begin_statistics(Seconds now) final { ledger_.begin(now); }

 protected:
  struct Held {
    Power draw{};
    Seconds until = kNever;  ///< above the date that it was asked for
    Power hindered{};        ///< part of the demand that is drawn and does no work
  };

  /// Sets the state at the start, with a demand of 0.
  virtual void begin(Seconds /*now*/) {}
  /// The demand was `before` and is wanted() from `now` on.
  virtual void demand_changed(Power /*before*/, Seconds /*now*/) {}
  /// What is drawn from `now` on.
  virtual Held law(Seconds now) = 0;

  [[nodiscard]] Power tdp() const { return tdp_; }
  [[nodiscard]] Power wanted() const { return demand_; }

 private:
  void hold(Seconds now) {
    held_ = law(now);
    ledger_.hold(demand_, held_.draw, std::max(demand_ - held_.draw, Power()) + held_.hindered);
  }

  Power tdp_{}, demand_{};
  Held held_;
  Ledger ledger_;
};

}  // namespace headroom

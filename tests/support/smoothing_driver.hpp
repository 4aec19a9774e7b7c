#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/builtin.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

constexpr double kTdp = 1000.0;

/// A power (W) that is held for a time (s).
struct Level {
  double power;
  double time;
};
using Wave = std::vector<Level>;

/// `high` for the share `duty` of each period, then `low`.
inline Wave two_levels(double high, double low, double duty, double period, int periods) {
  Wave wave;
  for (int i = 0; i < periods; ++i) {
    wave.push_back({high, duty * period});
    wave.push_back({low, (1.0 - duty) * period});
  }
  return wave;
}

inline Wave operator+(Wave a, const Wave& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// A power that was drawn between two dates (s).
struct Drawn {
  double begin, end, power;
};

/// What a stage drew, piece by piece.
struct Record : std::vector<Drawn> {
  /// The pieces after a date.
  [[nodiscard]] Record after(double date) const {
    Record rest;
    for (const Drawn& piece : *this)
      if (piece.end > date) rest.push_back({std::max(piece.begin, date), piece.end, piece.power});
    return rest;
  }
  [[nodiscard]] double energy() const {
    double sum = 0.0;
    for (const Drawn& piece : *this) sum += piece.power * (piece.end - piece.begin);
    return sum;
  }
  [[nodiscard]] double lowest() const { return std::ranges::min_element(*this, {}, &Drawn::power)->power; }
  [[nodiscard]] double highest() const { return std::ranges::max_element(*this, {}, &Drawn::power)->power; }
  [[nodiscard]] double at(double date) const {
    for (const Drawn& piece : *this)
      if (date < piece.end) return piece.power;
    return back().power;
  }
  /// Amplitude at a frequency: 2 / T |integral of P(t) exp(-i w t)|, exact for held powers.
  [[nodiscard]] double amplitude(double frequency) const {
    const std::complex<double> iw(0.0, 2.0 * std::numbers::pi * frequency);
    std::complex<double> sum;
    for (const Drawn& piece : *this)
      sum += piece.power * (std::exp(-iw * piece.begin) - std::exp(-iw * piece.end)) / iw;
    return 2.0 * std::abs(sum) / (back().end - front().begin);
  }
};

/// Stages in a row, each fed by the draw of the one before: plays a demand event by event, as an engine would.
class StageChain {
 public:
  StageChain& add(std::string_view kind, std::map<std::string, double> numbers) {
    stages_.push_back(chosen(builtin_smoothers(), kind, std::move(numbers)));
    return *this;
  }

  /// Plays the wave from date 0, or from where the last one ended; statistics may begin at a date.
  Record play(const Wave& wave, double statistics_begin = -1.0) {
    if (!started_) start();
    Record record;
    for (const Level& level : wave) {
      const double until = now_ + level.time;
      demand(0, level.power);
      if (statistics_begin > now_ && statistics_begin < until) {
        run_to(statistics_begin, record);
        begin_statistics();
      } else if (statistics_begin == now_) {
        begin_statistics();
      }
      run_to(until, record);
    }
    return record;
  }

  [[nodiscard]] Smoother& stage(std::size_t i) { return *stages_[i].value; }
  [[nodiscard]] SmoothingBooks books(std::size_t i) { return stage(i).books(Seconds(now_)); }
  [[nodiscard]] StorageUse use(std::size_t i) { return *stage(i).storage_use(Seconds(now_)); }
  [[nodiscard]] double now() const { return now_; }
  [[nodiscard]] std::size_t size() const { return stages_.size(); }
  [[nodiscard]] std::size_t events() const { return events_; }

 private:
  void start() {
    PolicyContext context;
    context.gpu_tdp = Power(kTdp);
    for (auto& stage : stages_) stage.value->start(context, Seconds(now_));
    started_ = true;
  }
  void begin_statistics() {
    for (auto& stage : stages_) stage.value->begin_statistics(Seconds(now_));
  }

  /// Gives a power to stage i and what follows from it to those behind; then storages say whether they are exhausted.
  void demand(std::size_t i, double power) {
    for (; i < size(); ++i) {
      stage(i).demand(Power(power), Seconds(now_));
      power = stage(i).draw().value();
    }
    hand_over();
  }

  void advance(std::size_t i) {
    ++events_;
    stage(i).advance(Seconds(now_));
    if (i + 1 < size()) demand(i + 1, stage(i).draw().value());
    else hand_over();
  }

  void hand_over() {
    bool exhausted = false;
    for (std::size_t i = 0; i < size(); ++i) exhausted = exhausted || stage(i).exhausted();
    if (exhausted == exhausted_) return;
    exhausted_ = exhausted;
    for (std::size_t i = 0; i < size(); ++i) {
      const Power before = stage(i).draw();
      stage(i).take_over(exhausted, Seconds(now_));
      if (stage(i).draw() != before && i + 1 < size()) demand(i + 1, stage(i).draw().value());
    }
  }

  void run_to(double until, Record& record) {
    while (now_ < until) {
      std::size_t next = 0;
      for (std::size_t i = 1; i < size(); ++i)
        if (stage(i).next_change() < stage(next).next_change()) next = i;
      const double date = std::min(until, stage(next).next_change().value());
      if (date > now_) record.push_back({now_, date, stage(size() - 1).draw().value()});
      now_ = date;
      if (stage(next).next_change().value() <= date) advance(next);
    }
  }

  std::vector<Choice<Smoother>> stages_;
  double now_ = 0.0;
  bool started_ = false, exhausted_ = false;
  std::size_t events_ = 0;
};

}  // namespace headroom::test

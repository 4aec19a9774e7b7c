#include "trace/arrivals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

/// Shorter bursts would mean more switches than arrivals, without end at the limit.
constexpr Range burst_range = Range::between(1e-3, 1e6);
constexpr Range cv_range = Range::zero_or_between(RandomStream::least_cv, 100.0);
/// Bursts and steps of the rate curve from one arrival to the next.
constexpr std::uint64_t most_pieces = 50'000'000;

class Poisson : public ArrivalProcess {
 public:
  void fields(Fields&) override {}
  [[nodiscard]] Scatter scatter() const override { return {}; }
};

class Gamma : public ArrivalProcess {
 public:
  void fields(Fields& fields) override {
    fields.required("cv", cv_, "coefficient of variation of the gaps between arrivals; 1 is Poisson, 0 is regular",
                    cv_range);
  }
  [[nodiscard]] Scatter scatter() const override {
    Scatter scatter;
    scatter.cv = cv_;
    return scatter;
  }

 private:
  double cv_ = 1.0;
};

class OnOff : public ArrivalProcess {
 public:
  void fields(Fields& fields) override {
    fields.required("on_mean_s", scatter_.on_mean, "mean length of a time with arrivals", burst_range);
    fields.required("off_mean_s", scatter_.off_mean, "mean length of a time without", burst_range);
    fields("on_cv", scatter_.on_cv, "coefficient of variation of the times with arrivals (gamma)", cv_range);
    fields("off_cv", scatter_.off_cv, "coefficient of variation of the times without (gamma)", cv_range);
    fields("cv", scatter_.cv, "coefficient of variation of the gaps between arrivals while on", cv_range);
  }
  [[nodiscard]] Scatter scatter() const override {
    Scatter scatter = scatter_;
    scatter.switches = true;
    return scatter;
  }

 private:
  Scatter scatter_;
};

template <class T>
std::unique_ptr<ArrivalProcess> make() {
  return std::make_unique<T>();
}

constexpr std::array<Kind<ArrivalProcess>, 3> arrival_processes{{
    {"poisson", "independent arrivals", make<Poisson>},
    {"gamma", "a renewal process with gamma gaps", make<Gamma>},
    {"on_off", "gamma gaps in bursts, with silence between them; the rate is the mean over both", make<OnOff>},
}};

}  // namespace

std::span<const Kind<ArrivalProcess>> arrival_kinds() {
  return arrival_processes;
}

ArrivalChoice default_arrivals() {
  return {arrival_processes, "poisson", std::make_unique<Poisson>()};
}

ArrivalClock::ArrivalClock(double rate_per_s, RateCurve curve, const Scatter& scatter, std::uint64_t seed,
                           std::string where, Seconds end)
    : rate_per_s_(rate_per_s),
      curve_(std::move(curve)),
      scatter_(scatter),
      gaps_(seed, "arrivals"),
      switches_(seed, "bursts"),
      segment_(curve_.segment(0)),
      end_s_(end.value()),
      where_(std::move(where)) {
  if (scatter_.switches) {
    const double on_share = scatter_.on_mean / (scatter_.on_mean + scatter_.off_mean);
    rate_per_s_ /= on_share;
    on_ = switches_.uniform() >= on_share;  // turned round by the first switch
    switch_s_ = 0.0;
    switch_state();
  }
  piece_end_s_ = std::min(segment_.end_s, switch_s_);
}

void ArrivalClock::switch_state() {
  on_ = !on_;
  const Seconds mean = on_ ? scatter_.on_mean : scatter_.off_mean;
  switch_s_ += switches_.gamma(mean.value(), on_ ? scatter_.on_cv : scatter_.off_cv);
}

/// Steps over the end of the current piece: of a segment of the curve, of a burst, or of both.
void ArrivalClock::enter_piece() {
  time_s_ = piece_end_s_;
  if (time_s_ >= segment_.end_s) segment_ = curve_.segment(++index_);
  if (time_s_ >= switch_s_) switch_state();
  piece_end_s_ = std::min(segment_.end_s, switch_s_);
}

void ArrivalClock::check_progress(std::uint64_t pieces) const {
  if (pieces % 65'536 == 0) stop_if_interrupted();
  if (pieces > most_pieces)
    throw InputError(
        where_, "more than " + grouped(most_pieces) + " bursts and steps of the rate curve pass without an arrival");
}

double ArrivalClock::next() {
  double work = gaps_.gamma(1.0, scatter_.cv);
  for (std::uint64_t pieces = 0; time_s_ <= end_s_; ++pieces) {
    check_progress(pieces);
    const double start_rate = on_ ? rate_per_s_ * segment_.rate_at(time_s_) : 0.0;
    const double end_rate = on_ ? rate_per_s_ * segment_.rate_at(piece_end_s_) : 0.0;
    const double span_s = piece_end_s_ - time_s_;
    const double mean_rate = 0.5 * (start_rate + end_rate);
    if (mean_rate > 0.0 && work <= mean_rate * span_s) {
      // start_rate x + slope x^2 / 2 = work, solved without cancellation
      const double slope = start_rate == end_rate ? 0.0 : (end_rate - start_rate) / span_s;
      const double root = std::sqrt(std::max(0.0, start_rate * start_rate + 2.0 * slope * work));
      const double divisor = start_rate + root;
      const double step_s = divisor > 0.0 ? 2.0 * work / divisor : 0.0;
      time_s_ = std::min(time_s_ + step_s, piece_end_s_);
      return time_s_;
    }
    work -= mean_rate * span_s;
    enter_piece();
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace headroom

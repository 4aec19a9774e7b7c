#include "profile/point_run.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "base/interrupt.hpp"
#include "base/random.hpp"

namespace headroom {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// By input, and by output among those of about equal input, so that any stride meets all lengths in proportion.
std::vector<RequestShape> in_order_of_lengths(std::vector<RequestShape> shapes) {
  std::ranges::stable_sort(shapes, {}, &RequestShape::input_tokens);
  const auto alike = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(shapes.size()))));
  for (std::size_t from = 0; from < shapes.size(); from += alike)
    std::ranges::stable_sort(shapes.begin() + static_cast<std::ptrdiff_t>(from),
                             shapes.begin() + static_cast<std::ptrdiff_t>(std::min(from + alike, shapes.size())), {},
                             &RequestShape::output_tokens);
  return shapes;
}

/// So many, spread evenly over the list, in random order.
std::vector<RequestShape> spread(const std::vector<RequestShape>& ordered, std::size_t count, RandomStream& stream) {
  std::vector<RequestShape> chosen;
  const double offset = stream.uniform();
  for (std::size_t i = 0; i < count; ++i) {
    const double at = (static_cast<double>(i) + offset) / static_cast<double>(count);
    const auto place = static_cast<std::size_t>(at * static_cast<double>(ordered.size()));
    chosen.push_back(ordered[std::min(place, ordered.size() - 1)]);
  }
  for (std::size_t i = chosen.size(); i > 1; --i) std::swap(chosen[i - 1], chosen[stream.integer(0, i - 1)]);
  return chosen;
}

/// The 99th percentile: the value that 99 % do not exceed.
double p99(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto rank = (99 * values.size() + 99) / 100 - 1;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(rank));
  return values[rank];
}

/// One latency of the requests of a run, and each over its target.
struct Latencies {
  std::vector<double> values, over_target;

  void add(double value, const std::optional<Seconds>& target) {
    values.push_back(value);
    if (target) over_target.push_back(value / target->value());
  }
};

/// Drives an instance and hears of its requests.
class PointRun final : public InstanceObserver {
 public:
  PointRun(const ProfiledInstance& profiled, const PoolArrivals& arrivals, Hertz clock)
      : profiled_(profiled),
        arrivals_(arrivals),
        scheduler_(profiled.batching.make()),
        gaps_(profiled.targets.size()),
        instance_(InstanceId(0), profiled.spec, *scheduler_, gaps_, *this) {
    instance_.set_clock(clock, Seconds());
    std::vector<std::optional<Seconds>> ttft_targets;
    for (const SloTargets& targets : profiled.targets) ttft_targets.push_back(targets.ttft);
    scheduler_->begin(ttft_targets);
  }

  PointResult run(double tokens_per_s) {
    Seconds begin;
    double before_j = 0;
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      const Request request = arrivals_.at(i, tokens_per_s);
      run_until(request.arrival);
      if (i == arrivals_.warmup()) {
        begin = request.arrival;
        before_j = instance_.gpu_energy(begin).value();
        for (QuantileSketch& gaps : gaps_) gaps = QuantileSketch();
      }
      if (!fits(request) || !instance_.offer(request, request.arrival)) missed(request);
    }
    const Seconds end = arrivals_.end(tokens_per_s);
    run_until(end);
    const double used_j = instance_.gpu_energy(end).value() - before_j;
    while (instance_.next_event() < PowerLimiter::kNever) go_on();
    return result(Power(used_j / (end - begin).value()));
  }

  void completed(InstanceId, const Sequence& sequence, Seconds now) override {
    const Request& request = sequence.request;
    if (request.id < arrivals_.warmup()) return;
    const SloTargets& targets = targets_of_class(request);
    ttft_.add((sequence.first_token - request.arrival).value(), targets.ttft);
    e2e_.add((now - request.arrival).value(), targets.e2e);
    if (request.output_tokens > 1)
      tbt_.add((now - sequence.first_token).value() / (request.output_tokens - 1.0), targets.tbt);
  }
  void lost(InstanceId, const Sequence&, Seconds) override {}
  void ran(InstanceId, const StepShape&, Seconds, Seconds, std::uint64_t, Hertz, Power) override {}

 private:
  [[nodiscard]] const SloTargets& targets_of_class(const Request& request) const {
    return profiled_.targets[request.request_class.index()];
  }
  [[nodiscard]] bool fits(const Request& request) const {
    return std::uint64_t{request.input_tokens} + request.output_tokens <= profiled_.spec.kv_capacity_tokens;
  }
  void run_until(Seconds date) {
    while (instance_.next_event() <= date) go_on();
  }
  void go_on() {
    constexpr std::uint64_t kLook = 1 << 12;  // events
    instance_.on_event(instance_.next_event());
    if (++events_ % kLook == 0) stop_if_interrupted();
  }
  void missed(const Request& request) {
    if (request.id < arrivals_.warmup()) return;
    ++missed_;
  }
  /// What 99 % of the requests do not exceed, those that were not served at all among them; 0 where none has a target.
  [[nodiscard]] double worst_of(const Latencies& latencies) const {
    if (latencies.over_target.empty()) return 0;
    std::vector<double> all = latencies.over_target;
    all.insert(all.end(), missed_, kNever);
    return p99(all);
  }
  PointResult result(Power mean) {
    PointResult result{mean, Seconds(p99(ttft_.values)), Seconds(p99(tbt_.values)), 0};
    for (const Latencies* latencies : {&ttft_, &tbt_, &e2e_})
      if (latencies != &tbt_ || profiled_.tbt == ProfiledTbt::mean)
        result.worst = std::max(result.worst, worst_of(*latencies));
    if (profiled_.tbt == ProfiledTbt::gaps) hold_gaps(result);
    if (100 * missed_ > arrivals_.size() - arrivals_.warmup()) result.worst = kNever;
    return result;
  }
  /// Those of each class against its own target.
  void hold_gaps(PointResult& result) {
    QuantileSketch all;
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
      all.merge(gaps_[i]);
      if (const auto& target = profiled_.targets[i].tbt)
        result.worst = std::max(result.worst, gaps_[i].quantile(0.99) / target->value());
    }
    result.tbt_p99 = Seconds(all.quantile(0.99));
  }

  const ProfiledInstance& profiled_;
  const PoolArrivals& arrivals_;
  std::unique_ptr<BatchScheduler> scheduler_;
  std::vector<QuantileSketch> gaps_;
  std::uint64_t events_ = 0;
  std::size_t missed_ = 0;  ///< requests that it rejected, or that are too long for it
  Instance instance_;
  Latencies ttft_, tbt_, e2e_;
};

}  // namespace

PoolArrivals::PoolArrivals(const PoolSample& sample, std::uint32_t measured, std::uint64_t seed)
    : warmup_(measured / 4) {
  RandomStream lengths(seed, "lengths " + sample.name), gaps(seed, "arrivals " + sample.name);
  const auto ordered = in_order_of_lengths(sample.requests);
  auto shapes = spread(ordered, warmup_, lengths);
  std::ranges::copy(spread(ordered, measured, lengths), std::back_inserter(shapes));
  double time = 0, begin = 0, tokens = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    time += gaps.exponential(1);
    if (i == warmup_) begin = time;
    if (i >= warmup_) tokens += shapes[i].input_tokens;
    Request& request = requests_.emplace_back();
    request.id = i;
    request.arrival = Seconds(time);
    request.input_tokens = shapes[i].input_tokens;
    request.output_tokens = shapes[i].output_tokens;
    request.request_class = shapes[i].request_class;
  }
  end_ = time + gaps.exponential(1);
  const double pace = tokens / (end_ - begin);  // tokens a second so far
  for (Request& request : requests_) request.arrival *= pace;
  end_ *= pace;
}

Request PoolArrivals::at(std::size_t i, double tokens_per_s) const {
  Request request = requests_[i];
  request.arrival *= 1 / tokens_per_s;
  return request;
}

PointResult run_point(const ProfiledInstance& instance, const PoolArrivals& arrivals, Hertz clock,
                      double tokens_per_s) {
  return PointRun(instance, arrivals, clock).run(tokens_per_s);
}

}  // namespace headroom

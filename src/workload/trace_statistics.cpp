#include "workload/trace_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>

namespace headroom {
namespace {

/// Mean and variance in one pass (Welford 1962).
class Moments {
 public:
  void add(double value) {
    ++count_;
    const double difference = value - mean_;
    mean_ += difference / static_cast<double>(count_);
    squares_ += difference * (value - mean_);
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const { return count_ > 1 ? squares_ / static_cast<double>(count_ - 1) : 0.0; }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

/// Counts of arrivals in whole windows that follow each other.
class WindowCounts {
 public:
  explicit WindowCounts(double window_s) : window_s_(window_s) {}
  void add(double time_s) {
    close_until(time_s);
    ++count_;
  }
  [[nodiscard]] std::optional<double> dispersion() const {
    if (counts_.count() < 2 || counts_.mean() == 0.0) return std::nullopt;
    return counts_.variance() / counts_.mean();
  }

 private:
  void close_until(double time_s) {
    for (; time_s >= static_cast<double>(closed_ + 1) * window_s_; ++closed_, count_ = 0)
      counts_.add(static_cast<double>(count_));
  }
  double window_s_;
  std::uint64_t closed_ = 0;
  std::uint64_t count_ = 0;
  Moments counts_;
};

class LengthCounts {
 public:
  void add(std::uint32_t tokens) {
    if (tokens >= counts_.size()) counts_.resize(std::max<std::size_t>(tokens + std::size_t{1}, counts_.size() * 2));
    ++counts_[tokens];
    total_ += tokens;
    ++count_;
    max_ = std::max(max_, tokens);
  }
  [[nodiscard]] LengthStatistics statistics() const {
    if (count_ == 0) return {};
    return {total_,         static_cast<double>(total_) / static_cast<double>(count_),
            quantile(0.5),  quantile(0.9),
            quantile(0.99), max_};
  }

 private:
  [[nodiscard]] std::uint32_t quantile(double q) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
    std::uint64_t below = 0;
    for (std::size_t tokens = 0; tokens < counts_.size(); ++tokens) {
      below += counts_[tokens];
      if (below >= rank) return static_cast<std::uint32_t>(tokens);
    }
    return max_;
  }
  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  std::uint64_t count_ = 0;
  std::uint32_t max_ = 0;
};

/// The largest number of arrivals in any window of 60 s.
class PeakCount {
 public:
  void add(double time_s) {
    recent_.push_back(time_s);
    while (recent_.front() <= time_s - window_s) recent_.pop_front();
    peak_ = std::max(peak_, recent_.size());
  }
  [[nodiscard]] Hertz rate() const { return Hertz(static_cast<double>(peak_) / window_s); }

 private:
  static constexpr double window_s = 60.0;
  std::deque<double> recent_;
  std::size_t peak_ = 0;
};

std::vector<ClassStatistics> class_statistics(const std::vector<std::uint64_t>& counts, std::uint64_t total,
                                              const ClassTable& table) {
  std::vector<ClassStatistics> classes;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share = total > 0 ? static_cast<double>(counts[i]) / static_cast<double>(total) : 0.0;
    classes.push_back({table.name(ClassId(i)), counts[i], share});
  }
  return classes;
}

}  // namespace

TraceStatistics describe(RequestSource& source, const ClassTable& table) {
  TraceStatistics result;
  Moments gaps;
  WindowCounts tens(10.0);
  WindowCounts minutes(60.0);
  PeakCount peak;
  LengthCounts input;
  LengthCounts output;
  std::vector<std::uint64_t> class_counts(table.size());
  double first_s = 0.0;
  double last_s = 0.0;
  Request request;
  while (source.next(request)) {
    const double time_s = request.arrival.value();
    if (result.requests == 0) first_s = time_s;
    else gaps.add(time_s - last_s);
    last_s = time_s;
    ++result.requests;
    tens.add(time_s - first_s);
    minutes.add(time_s - first_s);
    peak.add(time_s - first_s);
    input.add(request.input_tokens);
    output.add(request.output_tokens);
    ++class_counts[request.request_class.index()];
  }
  result.duration = Seconds(last_s - first_s);
  if (last_s > first_s) result.mean_rate = Hertz(static_cast<double>(result.requests) / (last_s - first_s));
  result.peak_rate = peak.rate();
  result.mean_gap = Seconds(gaps.mean());
  if (gaps.mean() > 0.0) result.gap_cv = std::sqrt(gaps.variance()) / gaps.mean();
  result.dispersion_10s = tens.dispersion();
  result.dispersion_60s = minutes.dispersion();
  result.input = input.statistics();
  result.output = output.statistics();
  result.classes = class_statistics(class_counts, result.requests, table);
  return result;
}

}  // namespace headroom

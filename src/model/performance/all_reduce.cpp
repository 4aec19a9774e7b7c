#include "model/performance/all_reduce.hpp"

namespace headroom {
namespace {

const std::vector<AllReducePoint>* points_for(const AllReduceTimes& measured, std::uint32_t gpus) {
  const std::vector<AllReducePoint>* chosen = nullptr;
  unsigned long best = 0;
  for (const auto& [key, points] : measured) {
    const unsigned long degree = std::stoul(key);
    const bool covers = degree >= gpus;
    const bool closer = best < gpus ? degree > best : covers && degree < best;
    if (chosen == nullptr || closer) chosen = &points, best = degree;
  }
  return chosen;
}

}  // namespace

void AllReducePoint::fields(Fields& f) {
  f.required("payload_bytes", bytes, "what each GPU puts in", Range::between(1, 1e15));
  f.required("time_ms", time, "how long it takes", Range::overhead());
}

AllReduce::AllReduce(const AllReduceTimes& measured, std::uint32_t gpus) {
  const auto* points = gpus > 1 ? points_for(measured, gpus) : nullptr;
  if (points == nullptr || points->empty()) return;
  pieces_.push_back({0.0, points->front().time.value(), 0.0});
  for (std::size_t i = 0; i + 1 < points->size(); ++i) {
    const auto &low = (*points)[i], &high = (*points)[i + 1];
    const double slope = (high.time - low.time).value() / (high.bytes - low.bytes);
    pieces_.push_back({low.bytes, low.time.value() - slope * low.bytes, slope});
  }
  pieces_.push_back({points->back().bytes, 0.0, points->back().time.value() / points->back().bytes});
}

double AllReduce::seconds(double bytes) const {
  if (pieces_.empty()) return 0.0;
  auto piece = pieces_.begin();
  for (auto next = piece + 1; next != pieces_.end() && next->from_bytes <= bytes; ++next) piece = next;
  return piece->base_s + bytes * piece->byte_s;
}

}  // namespace headroom

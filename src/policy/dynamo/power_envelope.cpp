#include "policy/dynamo/power_envelope.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace headroom {
namespace {

double slope(const PowerKnot& a, const PowerKnot& b) {
  return (b.watts - a.watts) / (b.load - a.load);
}

double watts_between(const PowerKnot& a, const PowerKnot& b, double load) {
  return load == b.load ? b.watts : a.watts + slope(a, b) * (load - a.load);
}

bool covers(const PowerCurve& curve, double load) {
  return !curve.knots.empty() && load <= curve.knots.back().load;
}

/// Power of a curve at a load that it covers.
double watts_at(const PowerCurve& curve, double load) {
  auto next = std::find_if(curve.knots.begin(), curve.knots.end(), [&](const PowerKnot& k) { return k.load >= load; });
  return next == curve.knots.begin() ? next->watts : watts_between(*(next - 1), *next, load);
}

std::vector<double> sorted_and_unique(std::vector<double> loads) {
  std::sort(loads.begin(), loads.end());
  loads.erase(std::unique(loads.begin(), loads.end()), loads.end());
  return loads;
}

/// Loads at which a knot lies or two curves cross: between two of them every curve is linear and one is the least.
std::vector<double> breaks(const std::vector<PowerCurve>& curves) {
  std::vector<double> loads;
  for (const PowerCurve& curve : curves)
    for (const PowerKnot& knot : curve.knots) loads.push_back(knot.load);
  loads = sorted_and_unique(std::move(loads));
  const std::size_t knots = loads.size();
  for (std::size_t i = 0; i + 1 < knots; ++i)
    for (const PowerCurve& a : curves)
      for (const PowerCurve& b : curves) {
        if (&a >= &b || !covers(a, loads[i + 1]) || !covers(b, loads[i + 1])) continue;
        const double before = watts_at(a, loads[i]) - watts_at(b, loads[i]);
        const double after = watts_at(a, loads[i + 1]) - watts_at(b, loads[i + 1]);
        if ((before < 0) != (after < 0) && before != 0 && after != 0)
          loads.push_back(loads[i] + (loads[i + 1] - loads[i]) * before / (before - after));
      }
  return sorted_and_unique(std::move(loads));
}

}  // namespace

PowerEnvelope::PowerEnvelope(const std::vector<PowerCurve>& curves) {
  const std::vector<double> loads = breaks(curves);
  for (std::size_t i = 0; i + 1 < loads.size(); ++i) {
    const double middle = (loads[i] + loads[i + 1]) / 2;
    const PowerCurve* least = nullptr;
    for (const PowerCurve& curve : curves)
      if (covers(curve, loads[i + 1]) && (least == nullptr || watts_at(curve, middle) < watts_at(*least, middle)))
        least = &curve;
    add({{loads[i], watts_at(*least, loads[i])}, {loads[i + 1], watts_at(*least, loads[i + 1])}, least->clock_mhz});
  }
  find_ends();
  find_hull();
}

/// Appends a piece, to the last one where it goes on at the same rate.
void PowerEnvelope::add(const Piece& piece) {
  constexpr double same = 1e-9;
  if (!pieces_.empty() && pieces_.back().clock_mhz == piece.clock_mhz) {
    const double before = slope(pieces_.back().from, pieces_.back().to);
    const double after = slope(piece.from, piece.to);
    if (std::abs(after - before) <= same * std::abs(before)) {
      pieces_.back().to = piece.to;
      return;
    }
  }
  pieces_.push_back(piece);
}

void PowerEnvelope::find_ends() {
  for (const Piece& piece : pieces_) {
    if (ends_.empty() || ends_.back().watts != piece.from.watts) ends_.push_back(piece.from);
    ends_.push_back(piece.to);
  }
}

void PowerEnvelope::find_hull() {
  std::vector<PowerKnot> corners;
  for (const PowerKnot& end : ends_) {
    if (!corners.empty() && corners.back().load == end.load) continue;  // the upper end of a jump
    while (corners.size() > 1 && slope(corners[corners.size() - 2], corners.back()) >= slope(corners.back(), end))
      corners.pop_back();
    corners.push_back(end);
  }
  if (corners.empty()) return;
  hull_at_idle_ = corners.front().watts;
  for (std::size_t i = 0; i + 1 < corners.size(); ++i)
    hull_.push_back({corners[i + 1].load - corners[i].load, slope(corners[i], corners[i + 1])});
}

PowerEnvelope::Point PowerEnvelope::at(double load) const {
  const auto piece = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& p) { return load <= p.to.load; });
  return {watts_between(piece->from, piece->to, load), piece->clock_mhz};
}

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "headroom/quantity.hpp"

namespace headroom {

/// What each GPU of a machine draws over TDP, from the machine's start: measured points, each held to the next.
class VmRecord {
 public:
  /// Reads a CSV file with the columns time_s, from 0 on, and power_fraction, from `least` to 1. It must reach to
  /// `until`. An InputError names the file, the line, and the machine.
  VmRecord(const std::string& path, const std::string& machine, double least, Seconds until);

  /// The mean over [from, to), `from` before `to`; the last point holds on.
  [[nodiscard]] double mean(Seconds from, Seconds to) const;
  [[nodiscard]] double peak() const;

 private:
  struct Point {
    double time_s;
    double fraction;
  };
  std::vector<Point> points_;
};

}  // namespace headroom

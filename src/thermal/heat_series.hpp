#pragma once

#include <cstdint>
#include <vector>

#include "facility/site.hpp"
#include "headroom/id.hpp"
#include "headroom/quantity.hpp"
#include "metrics/heat_result.hpp"

namespace headroom {

/// The temperatures of each rack over time, as seen at the updates of the inlets.
class HeatSeries {
 public:
  /// Bins of one `update` at first; they double whenever there are 10,000.
  HeatSeries(const Site& site, Seconds update);

  /// A server, as it is now; the warmest of its rack and bin counts.
  void saw(ServerId server, Celsius die, Celsius inlet);
  /// An update of the inlets has come.
  void updated();
  /// Ends the bin that has begun, if anything was seen of it.
  [[nodiscard]] HeatResult finish();

 private:
  void close();
  void double_bins();

  HeatResult result_;
  std::vector<std::uint32_t> rack_of_;  ///< by server
  std::vector<Celsius> die_, inlet_;    ///< by rack, warmest of the bin
  std::uint64_t updates_of_bin_ = 1;
  std::uint64_t updates_ = 0;  ///< that have come
  bool any_ = false;           ///< seen in the bin
};

}  // namespace headroom

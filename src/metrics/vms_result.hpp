#pragma once

#include <cstdint>
#include <optional>

#include "headroom/fields.hpp"

namespace headroom {

/// What became of the virtual machines of a run.
struct VmsResult {
  std::uint64_t arrived = 0, opaque = 0, serving = 0;
  std::uint64_t placed = 0, waited = 0, left = 0, without_place = 0;
  std::optional<Seconds> mean_wait;
  Energy opaque_energy{};
  std::optional<double> opaque_clock_deficit;

  void fields(Fields& f) const {
    f("arrived", arrived, "machines that came, those of the start included");
    f("opaque", opaque, "of these, opaque ones");
    f("serving", serving, "of these, ones that run an instance of a service");
    f("placed", placed, "machines that found a server");
    f("waited", waited, "machines that found none when they came");
    f("mean_wait_s", mean_wait, "of those that waited, up to the end of the run where they found none");
    f("left", left, "machines whose time was over, or whose server lost its power");
    f("without_place", without_place, "machines that wait at the end of the run");
    f("opaque_energy_kwh", opaque_energy, "of the GPUs of opaque machines");
    f("opaque_clock_deficit_fraction", opaque_clock_deficit,
      "by how much limits held the clocks of opaque machines below the highest: the mean over machines and time");
  }
};

}  // namespace headroom

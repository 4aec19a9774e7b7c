#pragma once

#include "facility/inlet_offsets.hpp"
#include "headroom/fields.hpp"
#include "model/cooling/inlet.hpp"
#include "model/cooling/outside.hpp"

namespace headroom {

/// The air that the servers get; with it, temperatures are followed.
struct CoolingConfig {
  Choice<OutsideTemperature> outside{outside_kinds(), "", nullptr};
  InletSpec inlet;
  InletOffsetSpec offsets;
  Seconds update{60.0};
  void fields(Fields& f);
};

}  // namespace headroom

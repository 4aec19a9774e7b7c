#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "facility/inlet_offsets.hpp"
#include "headroom/fields.hpp"
#include "model/cooling/inlet.hpp"
#include "model/cooling/outside.hpp"

namespace headroom {

/// Rows that share cold air.
struct AisleConfig {
  std::string name;
  std::vector<std::string> nodes;  ///< rows, or what holds them, by path
  std::optional<double> airflow;   ///< in m3/s; none: what its servers want at full load
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// The air that the servers get; with it, temperatures are followed.
struct CoolingConfig {
  Choice<OutsideTemperature> outside{outside_kinds(), "", nullptr};
  Choice<InletModel> inlet{inlet_kinds(), "curve", std::make_unique<InletCurve>()};
  InletOffsetSpec offsets;
  std::vector<AisleConfig> aisles;
  Seconds update{60.0};
  Seconds lag{};
  Seconds window{300.0};

  void fields(Fields& f);
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// How long an instance takes for one unit of some work (a denoising step, a frame, a clip), and what its GPUs draw
/// together meanwhile.
struct UnitTime {
  std::string unit;
  std::string gpu;             ///< as its data sheet is called; empty: any
  std::uint32_t gpus = 1;      ///< of the instance
  Seconds time{};              ///< at the highest clock
  std::optional<Power> power;  ///< of all its GPUs, likewise; none: as idle ones with a model loaded
  void fields(Fields& f);
};

/// Amounts of work by unit.
using WorkUnits = std::map<std::string, double, std::less<>>;

/// The row that says how long a unit takes on so many GPUs; none where no row does.
[[nodiscard]] const UnitTime* find_unit(const std::vector<UnitTime>& rows, std::string_view unit,
                                        const std::string& gpu, std::uint32_t gpus);
/// Whether any row is of such an instance.
[[nodiscard]] bool knows_instance(const std::vector<UnitTime>& rows, const std::string& gpu, std::uint32_t gpus);
/// Instances that the rows know: "1 x a100_sxm4_80gb, 2 x a100_sxm4_80gb".
[[nodiscard]] std::string known_instances(const std::vector<UnitTime>& rows);

}  // namespace headroom

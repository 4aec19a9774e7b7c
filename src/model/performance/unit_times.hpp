#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// What an instance works on: GPUs of a type, or CPU cores.
struct UnitDevice {
  std::string gpu;  ///< as its data sheet is called
  std::uint32_t gpus = 0;
  std::uint32_t cpu_cores = 0;  ///< in place of GPUs

  /// "2 x a100_sxm4_80gb", "64 CPU cores".
  [[nodiscard]] std::string name() const;
};

/// How long an instance takes for one unit of some work (a denoising step, a frame, a clip), and what its GPUs or CPU
/// cores draw together meanwhile.
struct UnitTime {
  std::string unit;
  std::string gpu;                         ///< as its data sheet is called; empty: any
  std::uint32_t gpus = 1;                  ///< of the instance
  std::optional<std::uint32_t> cpu_cores;  ///< of the instance, which has no GPU
  Seconds time{};                          ///< at the highest clock of the GPUs
  std::optional<Power> power;  ///< of all GPUs, likewise; none: as idle ones with a model loaded. Of cores what they
                               ///< draw beside an idle host; none: nothing
  void fields(Fields& f);
  void check(const Scope& scope) const;

  [[nodiscard]] bool is_of(const UnitDevice& device) const;
};

/// Amounts of work by unit.
using WorkUnits = std::map<std::string, double, std::less<>>;

/// The row that says how long a unit takes on a device; none where no row does.
[[nodiscard]] const UnitTime* find_unit(const std::vector<UnitTime>& rows, std::string_view unit,
                                        const UnitDevice& device);
/// Whether any row is of such an instance.
[[nodiscard]] bool knows_instance(const std::vector<UnitTime>& rows, const UnitDevice& device);
/// Instances that the rows know: "1 x a100_sxm4_80gb, 2 x a100_sxm4_80gb, 64 CPU cores".
[[nodiscard]] std::string known_instances(const std::vector<UnitTime>& rows);

}  // namespace headroom

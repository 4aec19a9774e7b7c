#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// What a policy may know of a run before it begins.
struct PolicyContext {
  Power gpu_tdp{};                       ///< the highest power cap of a GPU
  std::span<const Hertz> clocks;         ///< SM clocks that the GPUs support, the power brake's among them
  std::size_t low_priority_servers = 0;  ///< servers whose pool serves low priority only

  /// Whether a server can be locked to this clock.
  [[nodiscard]] bool supports(Hertz clock) const {
    return std::ranges::any_of(clocks, [&](Hertz c) { return same_clock(c, clock); });
  }
};

/// One thing wrong with the parameters of a policy: where (a JSON pointer) and what.
struct PolicyProblem {
  std::string where;
  std::string what;
};

/// What every policy shares: its parameters, declared once.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual void fields(Fields&) {}
  /// Says before a run what is wrong with the parameters beyond their ranges; `pointer` is where they stand.
  virtual void check(const PolicyContext&, const std::string& /*pointer*/, std::vector<PolicyProblem>&) const {}
};

}  // namespace headroom

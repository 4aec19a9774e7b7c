#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "headroom/fields.hpp"
#include "headroom/gpu.hpp"
#include "headroom/problem.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// What a policy may know of a run before it begins.
struct PolicyContext {
  Power gpu_tdp{};                          ///< the highest power cap of a GPU
  std::span<const Hertz> clocks;            ///< SM clocks that the GPUs support, the power brake's among them
  std::size_t low_priority_servers = 0;     ///< servers whose pool serves low priority only
  std::span<const std::string> pools{};     ///< as FleetView names them
  std::span<const std::string> variants{};  ///< of all services
  std::span<const std::string> nodes{};     ///< paths of the power tree above the servers
  Seconds foresight{};                      ///< how far /foresight sees; 0: there is none
  bool has_vms = false;                     ///< whether virtual machines come and go
  bool has_registry = false;                ///< whether there are workflows to plan instances for
  std::uint32_t fewest_chains = 0;          ///< of reasoning that a question has in any job graph; 0: there are none
  bool has_catalogue = false;               ///< whether jobs of a stream have a configuration each, which is chosen

  /// Whether a server can be locked to this clock.
  [[nodiscard]] bool supports(Hertz clock) const {
    return std::ranges::any_of(clocks, [&](Hertz c) { return same_clock(c, clock); });
  }
};

/// Notes a name that is none of these.
inline void check_name(std::string_view name, std::span<const std::string> known, std::string_view what,
                       const Scope& scope) {
  if (std::ranges::find(known, name) != known.end()) return;
  std::string list;
  for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
  scope.problem("there is no " + std::string(what) + " \"" + std::string(name) + "\"" +
                (list.empty() ? "" : "; there is " + list));
}

/// What every policy shares: its parameters, declared once.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual void fields(Fields&) {}
  /// Whether it asks what instances or pools were sent of late (FleetView::tokens_per_s, ControlView::pool_demand).
  [[nodiscard]] virtual bool follows_arrivals() const { return false; }
  /// Says what is wrong with the parameters beyond their ranges.
  virtual void check(const Scope&) const {}
  /// Says before a run which of them do not suit it.
  virtual void check_in(const PolicyContext&, const Scope&) const {}
  /// Whether it asks the profile of the run, which takes a while to make; of routers and controllers.
  [[nodiscard]] virtual bool needs_profile() const { return false; }
};

}  // namespace headroom

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "headroom/fields.hpp"

namespace headroom {

/// Whether transfers share a network.
enum class NetworkKind : std::uint8_t { fixed_rate, flows };
inline std::array<std::string_view, 2> words_of(NetworkKind) {
  return {"fixed_rate", "flows"};
}

/// How KV caches travel from instance to instance. See docs/network.md.
struct NetworkConfig {
  NetworkKind kind = NetworkKind::fixed_rate;
  double bytes_per_s = 200 * 0x1.0p30;
  std::optional<double> nic_bytes_per_s, rack_uplink_bytes_per_s;
  double local_bytes_per_s = 300e9;
  Seconds latency{};
  std::uint32_t flows_per_nic = 8;
  Seconds retry{1.0};
  bool overlap = false;
  std::optional<Energy> energy_per_byte;  ///< at either end
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

}  // namespace headroom

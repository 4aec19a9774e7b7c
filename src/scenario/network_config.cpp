#include "scenario/network_config.hpp"

namespace headroom {

void NetworkConfig::fields(Fields& f) {
  const Range rate = Range::between(1e3, 1e15);
  f("kind", kind,
    "fixed_rate: each KV cache travels at the same rate, whatever else is under way; flows: KV caches share NICs, and "
    "uplinks of racks");
  f("bytes_per_s", bytes_per_s, "of fixed_rate: how fast a KV cache travels", rate);
  f("nic_bytes_per_s", nic_bytes_per_s,
    "of flows: what the NICs of a server take each way; absent: what its server type says", rate);
  f("rack_uplink_bytes_per_s", rack_uplink_bytes_per_s,
    "of flows: what the uplink of each node of the lowest of /site/levels takes each way; absent: as much as comes",
    rate);
  f("local_bytes_per_s", local_bytes_per_s,
    "of flows: how fast a KV cache goes from one instance to another of the same server, which is not shared", rate);
  f("latency_s", latency, "of flows: from server to server", Range::between(0, 10));
  f("flows_per_nic", flows_per_nic,
    "of flows: KV caches under way out of a server at most, and into it; the others wait in order",
    Range::between(1, 1000));
  f("retry_s", retry, "where the other instance has no room for a KV cache, it is asked again this much later",
    Range::between(1e-3, 1e6));
  f("overlap", overlap,
    "whether the KV cache of each layer goes ahead while the prompt's next layers are read; only what is left then "
    "travels when the prompt has been read");
  f("energy_per_byte_j", energy_per_byte,
    "what a byte takes at each end; it counts in the summary's /network alone; absent: it is not counted",
    Range::between(0, 1e-3));
}

void NetworkConfig::check(const Scope& scope) const {
  if (kind == NetworkKind::flows) return;
  if (nic_bytes_per_s) scope.at("nic_bytes_per_s").problem("is not read by fixed_rate");
  if (rack_uplink_bytes_per_s) scope.at("rack_uplink_bytes_per_s").problem("is not read by fixed_rate");
}

}  // namespace headroom

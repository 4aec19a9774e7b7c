#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headroom/id.hpp"

namespace headroom {

/// What has gone one way through a NIC, or an uplink, and what could in a second.
struct LinkUse {
  std::string name;
  double bytes = 0;
  double bytes_per_s = 0;
};

/// Carries bytes from server to server. Whatever is sent has a number; when an event of the kind `transfer` comes with
/// it, the bytes are there, and the number may be used anew.
class Network {
 public:
  virtual ~Network() = default;
  /// Sets out at the present date, or as soon as its turn comes. So many bytes more have gone ahead already, which took
  /// nobody's share.
  virtual void send(std::uint32_t number, ServerId from, ServerId to, double bytes, double ahead) = 0;
  /// Nobody waits for these bytes any more: they stop, if that can be helped. Their event comes nevertheless.
  virtual void cut(std::uint32_t number) = 0;
  /// What a transfer gets that shares nothing.
  [[nodiscard]] virtual double bytes_per_s(ServerId from, ServerId to) const = 0;
  /// What one more would get if it shared each link in equal parts with what is under way there, or waits for it.
  [[nodiscard]] virtual double shared_bytes_per_s(ServerId from, ServerId to) const { return bytes_per_s(from, to); }
  /// Up to the present date, also by what is under way; none where transfers share nothing.
  [[nodiscard]] virtual std::vector<LinkUse> links() const { return {}; }
};

}  // namespace headroom

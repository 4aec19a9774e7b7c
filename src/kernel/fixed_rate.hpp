#pragma once

#include "kernel/event_queue.hpp"
#include "kernel/network.hpp"

namespace headroom {

/// Every transfer has the same rate, whatever else is under way.
class FixedRate final : public Network {
 public:
  FixedRate(double bytes_per_s, EventQueue& queue) : bytes_per_s_(bytes_per_s), queue_(queue) {}

  void send(std::uint32_t number, ServerId, ServerId, double bytes, double) override {
    queue_.push(queue_.now() + Seconds(bytes / bytes_per_s_), EventKind::transfer, number);
  }
  void cut(std::uint32_t) override {}
  [[nodiscard]] double bytes_per_s(ServerId, ServerId) const override { return bytes_per_s_; }

 private:
  double bytes_per_s_;
  EventQueue& queue_;
};

}  // namespace headroom

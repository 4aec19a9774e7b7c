#pragma once

#include <functional>

#include "kernel/event_queue.hpp"

namespace headroom::test {

/// Hands events of every kind to a function that may be set late.
struct AnyEvent {
  explicit AnyEvent(EventQueue& queue) {
    for (std::size_t kind = 0; kind < kEventKinds; ++kind)
      queue.on<&AnyEvent::handle>(static_cast<EventKind>(kind), *this);
  }
  void handle(const Event& event) { call(event); }

  std::function<void(const Event&)> call = [](const Event&) {};
};

}  // namespace headroom::test

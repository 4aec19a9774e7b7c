#include "study/held_signals.hpp"

#include <ctime>

#include "base/interrupt.hpp"

namespace headroom {

HeldSignals::HeldSignals() : held_(interrupts()) {
  sigaddset(&held_, SIGCHLD);
  sigprocmask(SIG_BLOCK, &held_, &before_);
}

void HeldSignals::restore() const {
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int HeldSignals::wait() const {
  const timespec second{1, 0};
  const int number = sigtimedwait(&held_, nullptr, &second);
  return number > 0 ? number : 0;
}

bool asks_to_stop(int number) {
  return number == SIGINT || number == SIGTERM || number == SIGHUP;
}

}  // namespace headroom

#include "study/held_signals.hpp"

#include <ctime>
#include <initializer_list>

namespace headroom {

namespace {

bool is_ignored(int number) {
  struct sigaction action {};
  ::sigaction(number, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

}  // namespace

HeldSignals::HeldSignals() {
  sigemptyset(&held_);
  sigaddset(&held_, SIGCHLD);
  for (const int number : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(number)) sigaddset(&held_, number);
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

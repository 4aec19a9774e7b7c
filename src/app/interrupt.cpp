#include "app/interrupt.hpp"

#include <csignal>

#include "base/problem.hpp"

namespace headroom {
namespace {

volatile std::sig_atomic_t interrupted = 0;

extern "C" void note_interrupt(int) {
  interrupted = 1;
}

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
}

void stop_if_interrupted() {
  if (interrupted) throw Interrupted();
}

}  // namespace headroom

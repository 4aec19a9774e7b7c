#include "base/interrupt.hpp"

#include <csignal>
#include <initializer_list>
#include <vector>

#include "base/problem.hpp"

namespace headroom {
namespace {

volatile std::sig_atomic_t interrupted = 0;

extern "C" void note_interrupt(int) {
  interrupted = 1;
}

std::vector<int> not_ignored() {
  std::vector<int> numbers;
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) numbers.push_back(number);
  }
  return numbers;
}

/// Found out at the first call, since others may take signals later.
const std::vector<int>& heeded() {
  static const auto numbers = not_ignored();
  return numbers;
}

}  // namespace

void watch_interrupts() {
  for (const int number : heeded()) std::signal(number, note_interrupt);
}

void leave_interrupts() {
  for (const int number : heeded()) std::signal(number, SIG_DFL);
}

void stop_if_interrupted(const char* message) {
  if (interrupted) throw Interrupted(message);
}

}  // namespace headroom

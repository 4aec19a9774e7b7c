#include "base/interrupt.hpp"

#include <array>
#include <vector>

#include "base/problem.hpp"

namespace headroom {
namespace {

constexpr std::array kAsking = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t interrupted = 0;  ///< the number of the signal

/// Only Ctrl-C kills the second time: a terminal that goes away may say so twice, and a sweep that is stopped tells its
/// runs what the terminal has told them.
extern "C" void note_interrupt(int number) {
  if (interrupted != 0 && number == SIGINT) {
    std::signal(number, SIG_DFL);
    std::raise(number);  // comes when this handler is over
  }
  if (interrupted == 0) interrupted = number;
}

std::vector<int> not_ignored() {
  std::vector<int> numbers;
  for (const int number : kAsking) {
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

sigset_t interrupts() {
  sigset_t set{};
  sigemptyset(&set);
  for (const int number : heeded()) sigaddset(&set, number);
  return set;
}

void stop_if_interrupted(const char* message) {
  if (interrupted != 0) throw Interrupted(message, interrupted);
}

KeptInterrupts::KeptInterrupts() {
  sigset_t all{};
  sigemptyset(&all);
  for (const int number : kAsking) sigaddset(&all, number);
  sigprocmask(SIG_BLOCK, &all, &blocked_before_);
  for (std::size_t i = 0; i < kAsking.size(); ++i) ::sigaction(kAsking[i], nullptr, &actions_[i]);
}

KeptInterrupts::~KeptInterrupts() {
  for (std::size_t i = 0; i < kAsking.size(); ++i) ::sigaction(kAsking[i], &actions_[i], nullptr);
  sigprocmask(SIG_SETMASK, &blocked_before_, nullptr);
}

}  // namespace headroom

#pragma once

#include <csignal>

namespace headroom {

/// Holds back SIGCHLD and the signals that ask to stop while a launcher waits, until they are asked for or it is over.
/// Those that are ignored (nohup, a job in the background of a script) stay so.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals() { restore(); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  void restore() const;
  /// The next of them, or 0 when none came within a second.
  [[nodiscard]] int wait() const;

 private:
  sigset_t held_;
  sigset_t before_{};
};

/// Whether a signal is the user's wish to stop: Ctrl-C, `kill`, or a terminal that went away.
[[nodiscard]] bool asks_to_stop(int number);

}  // namespace headroom

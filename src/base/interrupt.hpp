#pragma once

#include <array>
#include <csignal>

namespace headroom {

/// Takes the signals that ask to stop (Ctrl-C, SIGTERM, and SIGHUP of a terminal that went away) from now on: the
/// program goes on until it calls `stop_if_interrupted`, but for a further Ctrl-C, which kills it. A signal that was
/// ignored when the program started (nohup, a job in the background of a script) stays so.
void watch_interrupts();

/// Gives the signals back, for a child that becomes another program.
void leave_interrupts();

/// The signals that ask to stop, without those that are ignored.
[[nodiscard]] sigset_t interrupts();

/// Throws Interrupted with this message where the user asked to stop.
void stop_if_interrupted(const char* message = "interrupted, nothing was written");

/// Keeps what this program does at the signals that ask to stop from code that takes them for itself.
class KeptInterrupts {
 public:
  KeptInterrupts();
  ~KeptInterrupts();
  KeptInterrupts(const KeptInterrupts&) = delete;
  KeptInterrupts& operator=(const KeptInterrupts&) = delete;

 private:
  std::array<struct sigaction, 3> actions_{};
  sigset_t blocked_before_{};
};

}  // namespace headroom

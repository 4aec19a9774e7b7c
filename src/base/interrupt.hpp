#pragma once

namespace headroom {

/// Takes Ctrl-C (and SIGTERM) from now on: the program goes on until it calls `stop_if_interrupted`. A signal that was
/// ignored when the program started (nohup, a job in the background of a script) stays so.
void watch_interrupts();

/// Gives the signals back, for a child that becomes another program.
void leave_interrupts();

/// Throws Interrupted with this message where the user asked to stop.
void stop_if_interrupted(const char* message = "interrupted, nothing was written");

}  // namespace headroom

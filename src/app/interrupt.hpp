#pragma once

namespace headroom {

/// Takes Ctrl-C (and SIGTERM) from now on: the program goes on until it calls `stop_if_interrupted`.
void watch_interrupts();

/// Throws Interrupted where the user asked to stop.
void stop_if_interrupted();

}  // namespace headroom

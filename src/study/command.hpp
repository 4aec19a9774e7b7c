#pragma once

#include <optional>
#include <string>
#include <vector>

namespace headroom {

/// What a program said until it ended, and how it ended: its exit code, or 128 + the signal.
struct CommandResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// Runs a program of the PATH with these words, the first its name, and waits for its end; no shell sees them. Nothing
/// where there is no such program. A Ctrl-C in the terminal does not reach it.
std::optional<CommandResult> run_program(const std::vector<std::string>& words);

}  // namespace headroom

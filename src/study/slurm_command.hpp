#pragma once

#include <string>
#include <vector>

#include "study/command.hpp"

namespace headroom {

/// Runs a command of Slurm; throws where it is not installed.
CommandResult slurm_command(const std::vector<std::string>& words);

/// Why a command of Slurm refused, in its own words: the last line, without the names of programs before it.
std::string slurm_message(const CommandResult& refusal);

}  // namespace headroom

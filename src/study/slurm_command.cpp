#include "study/slurm_command.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

namespace headroom {

CommandResult slurm_command(const std::vector<std::string>& words) {
  auto result = run_program(words);
  if (!result) throw std::runtime_error(words.front() + " is not on the PATH: a sweep on Slurm needs Slurm's commands");
  return *result;
}

std::string slurm_message(const CommandResult& refusal) {
  std::string_view text = refusal.err;
  while (text.ends_with('\n')) text.remove_suffix(1);
  text = text.substr(text.rfind('\n') + 1);  // npos + 1 is 0: the only line
  for (const std::string_view head : {"sbatch: ", "squeue: ", "error: ", "Batch job submission failed: "})
    if (text.starts_with(head)) text.remove_prefix(head.size());
  return text.empty() ? "ended with exit code " + std::to_string(refusal.exit_code) : std::string(text);
}

}  // namespace headroom

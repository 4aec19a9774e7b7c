#include "study/slurm_submission.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "study/slurm_command.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostTasks = 1000;  // MaxArraySize is 1001 unless a cluster sets it

/// An option of the sweep that sbatch gets too, and what its refusals say where it is at fault.
struct PassedOption {
  const char* name;
  const std::string& value;
  std::vector<std::string_view> faults;  ///< any of these words, in small letters
};

std::array<PassedOption, 3> passed(const SlurmOptions& options) {
  return {{{"--account", options.account, {"account"}},
           {"--partition", options.partition, {"partition"}},
           {"--time", options.time, {"--time", "time limit"}}}};
}

bool names(std::string message, const std::vector<std::string_view>& faults) {
  for (char& c : message) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::any_of(faults, [&](std::string_view fault) { return message.find(fault) != std::string::npos; });
}

[[noreturn]] void refuse(const std::string& message, const SlurmOptions& options) {
  for (const auto& option : passed(options))
    if (!option.value.empty() && names(message, option.faults))
      throw InputError(std::string(option.name) + ' ' + option.value, "sbatch refuses: " + message);
  throw std::runtime_error("sbatch refuses: " + message + "; the same command submits what it has not taken");
}

std::vector<std::string> sbatch_words(std::size_t tasks, const std::string& list, const SlurmOptions& options,
                                      const SlurmFolder& folder) {
  std::string array = "1-" + std::to_string(tasks);
  if (options.most_at_a_time > 0) array += '%' + std::to_string(options.most_at_a_time);
  std::vector<std::string> words = {"sbatch",
                                    "--parsable",
                                    "--array=" + array,
                                    "--ntasks=1",
                                    "--cpus-per-task=1",
                                    "--job-name=" + folder.path().parent_path().filename().string(),
                                    "--chdir=" + folder.path().string(),
                                    "--output=messages.log",
                                    "--open-mode=append"};
  for (const auto& option : passed(options))
    if (!option.value.empty()) words.push_back(std::string(option.name) + '=' + option.value);
  words.push_back((folder.path() / "job.sh").string());
  words.push_back(list);
  return words;
}

void submit_array(std::span<const PointRun> runs, const SlurmOptions& options, const SlurmFolder& folder) {
  const auto list = folder.write_list(runs);
  for (const PointRun& run : runs) std::filesystem::remove(run.log);
  const auto answer = slurm_command(sbatch_words(runs.size(), list, options, folder));
  if (answer.exit_code != 0) {
    std::filesystem::remove(folder.path() / list);
    refuse(slurm_message(answer), options);
  }
  // The answer is JOB, or JOB;CLUSTER.
  folder.record(answer.out.substr(0, answer.out.find_first_of(";\n")), list);
}

}  // namespace

void submit(std::span<const PointRun> runs, const SlurmOptions& options, const SlurmFolder& folder) {
  if (runs.empty()) return;
  folder.prepare();
  for (; !runs.empty(); runs = runs.subspan(std::min(runs.size(), kMostTasks))) {
    stop_if_interrupted(kGoesOn);
    submit_array(runs.first(std::min(runs.size(), kMostTasks)), options, folder);
  }
}

}  // namespace headroom

#include "app/sweep_run.hpp"

#include <algorithm>
#include <thread>

#include "base/text.hpp"
#include "plugin/plugins.hpp"
#include "study/local_launcher.hpp"

namespace headroom {

std::vector<std::string> run_options(const GlobalOptions& global) {
  std::vector<std::string> options;
  for (const auto& plugin : loaded_plugins()) options.insert(options.end(), {kPluginOption, plugin.string()});
  if (global.strict) options.emplace_back("--strict");
  if (global.max_memory_mib) options.insert(options.end(), {"--max-memory", shortest(*global.max_memory_mib)});
  return options;
}

void run_locally(std::span<const PointRun> runs, std::size_t jobs, LaunchObserver& observer) {
  LocalLauncher(jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency())).run(runs, observer);
}

}  // namespace headroom

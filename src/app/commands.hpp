#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace headroom {

/// What all subcommands share.
struct GlobalOptions {
  std::vector<std::string> config_dirs;
  std::vector<std::string> plugins;
  bool quiet = false;
  bool strict = false;  ///< warnings are errors
  std::optional<double> max_memory_mib;
};

/// Each adds its subcommand to the program; the subcommand runs while the command line is parsed.
void add_run_command(CLI::App& program, const GlobalOptions& global);
void add_sweep_command(CLI::App& program, const GlobalOptions& global);
void add_fit_command(CLI::App& program, const GlobalOptions& global);
void add_choose_command(CLI::App& program, const GlobalOptions& global);
void add_check_command(CLI::App& program, const GlobalOptions& global);
void add_list_command(CLI::App& program, const GlobalOptions& global);
void add_describe_command(CLI::App& program, const GlobalOptions& global);
void add_predict_command(CLI::App& program, const GlobalOptions& global);
void add_energy_per_query_command(CLI::App& program, const GlobalOptions& global);
void add_provision_command(CLI::App& program, const GlobalOptions& global);
void add_profile_command(CLI::App& program, const GlobalOptions& global);
void add_placements_command(CLI::App& program, const GlobalOptions& global);
void add_plan_command(CLI::App& program, const GlobalOptions& global);
void add_tables_command(CLI::App& program, const GlobalOptions& global);
void add_trace_command(CLI::App& program, const GlobalOptions& global);
void add_compare_command(CLI::App& program, const GlobalOptions& global);
void add_grid_command(CLI::App& program, const GlobalOptions& global);
void add_report_command(CLI::App& program, const GlobalOptions& global);
void add_demo_command(CLI::App& program, const GlobalOptions& global);
void add_init_command(CLI::App& program, const GlobalOptions& global);
void add_explain_command(CLI::App& program, const GlobalOptions& global);
void add_completion_command(CLI::App& program, const GlobalOptions& global);

}  // namespace headroom

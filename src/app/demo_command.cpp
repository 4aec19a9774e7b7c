#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/report_command.hpp"
#include "app/sweep_command.hpp"
#include "base/problem.hpp"
#include "config/json.hpp"
#include "report/page.hpp"

namespace headroom {
namespace {

/// A row that was budgeted for 40 servers, with so many more that its controllers have something to do.
constexpr const char* kStudy = "polca_hour";
constexpr const char* kServers = "/site/servers=58";
constexpr const char* kLoad = "/workload/trace/copies=14.5";

std::string quoted_option(const char* name, const std::string& value) {
  return std::string(" ") + name + " '" + value + "'";
}

/// One line a policy: brakes, peak, and what latency it costs whom.
std::string table_of_policies(const std::string& out) {
  std::string table = line("  %-28s %6s %12s %10s %10s\n", "", "brakes", "peak/budget", "high p99", "low p99");
  const Json done = parse_json_file(out + "/sweep.json");
  for (const Json& point : done["points"]) {
    const auto of = [&](const char* column) { return point.value(column, 0.0); };
    table += line("  %-28s %6.0f %12.3f %+8.1f %% %+8.1f %%\n", point.value("/policy", "").c_str(),
                  of("/throttle/brakes"), of("/power/row0/telemetry_peak_w") / of("/power/row0/budget_w"),
                  1e2 * of("/impact_fraction/classes/high/latency/e2e_s/p99"),
                  1e2 * of("/impact_fraction/classes/low/latency/e2e_s/p99"));
  }
  return table;
}

/// The commands that do the same.
std::string by_hand(const std::string& out, const ReportArguments& report) {
  return "  headroom sweep " + std::string(kStudy) + quoted_option("--set", kServers) + quoted_option("--set", kLoad) +
         quoted_option("--out", out) + "\n  headroom report '" + report.sources.output + "'" +
         quoted_option("--base", report.sources.bases.front()) + quoted_option("--sweep", report.sources.sweep) +
         quoted_option("--save", report.save) + " --force\n";
}

/// What came out, and what to do next.
std::string after(const std::string& out, const ReportArguments& report) {
  return "58 servers on a row that was budgeted for 40, an hour of conversations. Peak: the largest sample that "
         "telemetry\nsees; p99: of end-to-end latency, against no controller.\n\n" +
         table_of_policies(out) + "\nThe same by hand:\n" + by_hand(out, report) +
         "Your own: headroom init row\n\nLook at " + report.save + "\n";
}

void demo(const std::string& out, const GlobalOptions& global) {
  GlobalOptions silent = global;
  silent.quiet = true;
  SweepArguments points;
  points.study = kStudy;
  points.out = out;
  points.sets = {kServers, kLoad};
  sweep(points, silent);
  ReportArguments report;
  report.sources = {out + "/points/policy=polca", {out + "/points/policy=none"}, out};
  report.save = out + "/report.html";
  report.force = true;
  if (!page_template()) throw InputError("demo", "this program was built without the page; the runs are in " + out);
  make_report(report, silent);
  if (!global.quiet) print(after(out, report));
}

}  // namespace

void add_demo_command(CLI::App& program, const GlobalOptions& global) {
  auto* command = program.add_subcommand(
      "demo", "Run a row of servers under POLCA and without, and make a page of it: the first thing to try");
  auto out = std::make_shared<std::string>("headroom-demo");
  command->add_option("--out", *out, "Directory to make: a sweep of five policies, and report.html")
      ->capture_default_str()
      ->type_name("DIR");
  command->callback([out, &global] { demo(*out, global); });
}

}  // namespace headroom

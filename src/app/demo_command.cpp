#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/report_command.hpp"
#include "app/sweep_command.hpp"
#include "base/problem.hpp"
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

/// The commands that do the same, and what to do next.
std::string after(const std::string& out, const ReportArguments& report) {
  return "58 servers on a row that was budgeted for 40, an hour of conversations, under POLCA and four other "
         "policies.\n"
         "The same by hand:\n  headroom sweep " +
         std::string(kStudy) + quoted_option("--set", kServers) + quoted_option("--set", kLoad) +
         quoted_option("--out", out) + "\n  headroom report '" + report.sources.output + "'" +
         quoted_option("--base", report.sources.bases.front()) + quoted_option("--sweep", report.sources.sweep) +
         quoted_option("--save", report.save) + " --force\nYour own: headroom init row\n\nLook at " + report.save +
         "\n";
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

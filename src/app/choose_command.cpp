#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "base/problem.hpp"
#include "study/point_choice.hpp"

namespace headroom {
namespace {

struct ChooseArguments {
  std::string sweep;
  std::string least;
  std::vector<std::string> limits;
  bool json = false;
};

void choose(const ChooseArguments& arguments) {
  const std::filesystem::path file = std::filesystem::path(arguments.sweep) / "sweep.json";
  if (!std::filesystem::exists(file))
    throw InputError(arguments.sweep, "holds no sweep.json of a sweep that has ended");
  const Json sweep = parse_json_file(file.string());
  if (!sweep.is_object() || !sweep.contains("points") || !sweep.at("points").is_array())
    throw InputError(file.string(), "is not the sweep.json of a sweep");
  const auto limits = choice_limits(arguments.limits);
  const PointChoice choice = choose_point(sweep, file.string(), arguments.least, limits);
  print(arguments.json ? sweep.at("points")[choice.chosen].dump(2) + "\n"
                       : choice_text(choice, sweep, arguments.least, limits));
}

}  // namespace

void add_choose_command(CLI::App& program, const GlobalOptions&) {
  auto* command =
      program.add_subcommand("choose", "Say which point of a sweep has the least of something, and keeps limits");
  auto arguments = std::make_shared<ChooseArguments>();
  command->add_option("sweep", arguments->sweep, "Directory of a sweep that has ended")->required()->type_name("DIR");
  command->add_option("--least", arguments->least, "What is to be small: an axis or a metric of the sweep")
      ->required()
      ->type_name("POINTER");
  command->add_option("--limit", arguments->limits, "How large a metric may be; may be repeated")
      ->type_name("POINTER=MOST")
      ->allow_extra_args(false);
  command->add_flag("--json", arguments->json, "Print the row of that point instead");
  command->callback([arguments] { choose(*arguments); });
}

}  // namespace headroom

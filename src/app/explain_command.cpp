#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/explanation.hpp"
#include "app/print.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"
#include "metrics/summary_reference.hpp"
#include "scenario/scenario.hpp"
#include "study/study.hpp"

namespace headroom {
namespace {

/// What the rows say of a pointer, and what it holds, under a title; nothing where none has it.
template <class Row>
std::string said_of(const std::string& pointer, const std::vector<Row>& rows, const std::string& title) {
  std::string itself, below;
  for (const Row& row : rows) {
    if (stands_for(row.pointer, pointer)) itself += explanation(row);
    else if (stands_for(parent_of(row.pointer), pointer)) below += explanation(row);
  }
  if (itself.empty() && below.empty()) return {};
  return title + "\n" + itself + (below.empty() ? "" : "which holds\n" + below);
}

template <class Row>
void add_pointers(std::vector<std::string>& pointers, const std::vector<Row>& rows) {
  for (const Row& row : rows) pointers.push_back(row.pointer);
}

void explain(const std::string& pointer) {
  Scenario scenario;
  Study study;
  const auto of_scenario = reference_rows(slot_of(scenario));
  const auto of_study = reference_rows(slot_of(study));
  const auto of_summary = summary_rows();
  const std::string text = said_of(pointer, of_scenario, "in a scenario") + said_of(pointer, of_study, "in a study") +
                           said_of(pointer, of_summary, "in summary.json");
  if (!text.empty()) return print(text);
  std::vector<std::string> known;
  add_pointers(known, of_scenario);
  add_pointers(known, of_study);
  add_pointers(known, of_summary);
  throw InputError(
      "explain", "no scenario, study or summary has a value " + printable(pointer, 100) + did_you_mean(pointer, known));
}

}  // namespace

void add_explain_command(CLI::App& program, const GlobalOptions&) {
  auto* command = program.add_subcommand(
      "explain", "Say what a value means, its unit, range and default, by its JSON pointer in a scenario or a result");
  auto pointer = std::make_shared<std::string>();
  command->add_option("pointer", *pointer, "As in /telemetry/delay_s or /power/row0/peak_w")
      ->required()
      ->type_name("POINTER");
  command->callback([pointer] { explain(*pointer); });
}

}  // namespace headroom

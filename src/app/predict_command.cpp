#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/commands.hpp"
#include "app/prediction_sweep.hpp"
#include "app/prediction_writers.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kReasonsShown = 8;

struct PredictArguments {
  PredictionOptions options;
  std::string format;  ///< empty: a table on a terminal, else JSON
};

/// One sentence about the combinations that were left out.
void warn_of_skipped(const PredictionSweep& sweep) {
  if (sweep.skipped == 0) return;
  std::string text = "headroom: skipped " + grouped(sweep.skipped) + " of " +
                     grouped(sweep.skipped + sweep.inputs.size()) + " combinations, which are impossible: ";
  for (std::size_t i = 0; i < std::min(kReasonsShown, sweep.reasons.size()); ++i)
    text += (i > 0 ? "; " : "") + sweep.reasons[i].where + ": " + sweep.reasons[i].what;
  if (sweep.reasons.size() > kReasonsShown)
    text += "; and " + grouped(sweep.reasons.size() - kReasonsShown) + " more reasons";
  std::fprintf(stderr, "%s\n", text.c_str());
}

/// One sentence about batches that the KV cache does not hold.
void warn_of_large_batches(const Json& rows) {
  std::size_t large = 0;
  const Json* first = nullptr;
  for (const Json& row : rows)
    if (row["batch"].get<double>() > row["max_batch"].get<double>() && large++ == 0) first = &row;
  if (large == 0) return;
  const Json& row = *first;
  std::fprintf(stderr,
               "headroom: %s of %s rows have a batch above what the KV cache holds, first %s on %s with tensor "
               "parallelism %s: batch %s, but at most %s fit\n",
               grouped(large).c_str(), grouped(rows.size()).c_str(), row["model"].get<std::string>().c_str(),
               row["hardware"].get<std::string>().c_str(), row["tensor_parallel"].dump().c_str(),
               shortest(row["batch"].get<double>()).c_str(), row["max_batch"].dump().c_str());
}

void predict_all(const PredictArguments& arguments, const GlobalOptions& global) {
  const PredictionSweep sweep = prediction_sweep(arguments.options, ConfigFolders(global.config_dirs));
  Json rows = Json::array();
  for (const PredictionInput& input : sweep.inputs) rows.push_back(predict(input));
  warn_of_skipped(sweep);
  warn_of_large_batches(rows);
  const bool for_people = arguments.format.empty() ? ::isatty(STDOUT_FILENO) != 0 : arguments.format == "table";
  const std::string text = for_people                  ? prediction_table(rows)
                           : arguments.format == "csv" ? prediction_csv(rows)
                                                       : prediction_json(rows);
  std::fputs(text.c_str(), stdout);
}

}  // namespace

void add_predict_command(CLI::App& program, const GlobalOptions& global) {
  auto* command =
      program.add_subcommand("predict", "Say how fast a model runs on a GPU type and what it draws, without a trace");
  auto arguments = std::make_shared<PredictArguments>();
  PredictionOptions& options = arguments->options;
  const auto add = [command](const char* name, auto& value, const char* help, const char* type) {
    return command->add_option(name, value, help)->type_name(type);
  };
  add("--hardware", options.hardware, "Server types: names or paths of files, a,b,c", "NAMES")->required();
  add("--model", options.model, "Models, likewise", "NAMES")->required();
  add("--stack", options.stack, "Serving stacks, likewise", "NAMES")->capture_default_str();
  add("--tensor-parallel", options.tensor_parallel, "GPUs of an instance; all of a server by default", "NUMBERS");
  add("--batch", options.batch, "Requests in flight on an instance", "NUMBERS")->capture_default_str();
  add("--prompt-tokens", options.prompt_tokens, "Of a request", "NUMBERS")->capture_default_str();
  add("--output-tokens", options.output_tokens, "Of a request", "NUMBERS")->capture_default_str();
  add("--context-tokens", options.context_tokens, "Held by a decoding request; prompt + output / 2 by default",
      "NUMBERS");
  add("--clock-mhz", options.clock_mhz, "SM clock; the highest by default", "NUMBERS");
  add("--cap-w", options.cap_w, "Power cap of a GPU; none by default", "NUMBERS");
  add("--input-data", options.input_data, "Operands of matrix products, names in the server type's input_data_ratio",
      "NAMES")
      ->capture_default_str();
  add("--format", arguments->format, "json, csv or table; a table on a terminal, else json", "FORMAT")
      ->check(CLI::IsMember({"json", "csv", "table"}));
  command->footer(
      "NUMBERS are lists of numbers and ranges: 1,8,64 or 800:1980:200 (steps of 200) or 1:256:x2 (factors of 2).\n"
      "There is a row for each combination; the last option above varies fastest.");
  command->callback([arguments, &global] { predict_all(*arguments, global); });
}

}  // namespace headroom

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>

#include "app/commands.hpp"
#include "app/print.hpp"
#include "app/warnings.hpp"
#include "base/text.hpp"
#include "predict/prediction_sweep.hpp"
#include "predict/prediction_writers.hpp"

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

/// One sentence about rows of which something does not hold, naming the first.
void warn_of_rows(const Json& rows, const std::string& what, const std::function<std::string(const Json&)>& details) {
  std::size_t count = 0;
  std::string first;
  for (const Json& row : rows) {
    const std::string text = details(row);
    if (!text.empty() && count++ == 0)
      first = row["model"].get<std::string>() + " on " + row["hardware"].get<std::string>() +
              " with tensor parallelism " + row["tensor_parallel"].dump() + ": " + text;
  }
  if (count > 0)
    std::fprintf(stderr, "headroom: %s of %s rows %s, first %s\n", grouped(count).c_str(), grouped(rows.size()).c_str(),
                 what.c_str(), first.c_str());
}

std::string too_much_context(const Json& row) {
  if (row["fits"].get<bool>()) return "";
  return "batch " + shortest(row["batch"].get<double>()) + " at context " +
         shortest(row["context_tokens"].get<double>()) + ", of " + row["kv_capacity_tokens"].dump() +
         " tokens or a largest batch of " + row["max_batch"].dump();
}

std::string cap_not_kept(const Json& row) {
  const double drawn = std::max(row["prefill_gpu_w"].get<double>(), row["decode_gpu_w"].get<double>());
  if (!row.contains("cap_w") || drawn <= row["cap_w"].get<double>() * (1 + 1e-6)) return "";
  return "a cap of " + shortest(row["cap_w"].get<double>()) + " W, but " + shortest(std::round(drawn)) +
         " W at the lowest clock";
}

std::string saturated(const Json& row) {
  if (!row.value("open_saturated", false)) return "";
  return "a rate of " + shortest(row["rate_per_s"].get<double>()) + " requests/s, of a capacity of " +
         shortest(row["open_capacity_per_s"].get<double>());
}

void predict_all(const PredictArguments& arguments, const GlobalOptions& global) {
  const PredictionSweep sweep = prediction_sweep(arguments.options, ConfigFolders(global.config_dirs));
  say(sweep.warnings, global.strict);
  Json rows = Json::array();
  for (const PredictionInput& input : sweep.inputs) rows.push_back(predict(input));
  warn_of_skipped(sweep);
  warn_of_rows(rows, "hold more than the KV cache does", too_much_context);
  warn_of_rows(rows, "do not keep their cap", cap_not_kept);
  warn_of_rows(rows, "have no steady state, the queue grows without end", saturated);
  const bool for_people = arguments.format.empty() ? ::isatty(STDOUT_FILENO) != 0 : arguments.format == "table";
  const std::string text = for_people                  ? prediction_table(rows)
                           : arguments.format == "csv" ? prediction_csv(rows)
                                                       : prediction_json(rows);
  print(text);
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
  add("--input-data", options.input_data, "Operands of matrix products, names in the server type's input_data_ratio",
      "NAMES")
      ->capture_default_str();
  add("--tensor-parallel", options.tensor_parallel, "GPUs of an instance; all of a server by default", "NUMBERS");
  add("--pipeline-stages", options.pipeline_stages, "Parts of the layers with such GPUs of their own; 1 by default",
      "NUMBER");
  add("--hand-over-ms", options.hand_over_ms, "From one stage to the next; 0.05 by default", "NUMBER");
  add("--kv-groups", options.kv_groups, "Copies that share the attention of long contexts; 1 by default", "NUMBER");
  add("--kv-group-tokens", options.kv_group_tokens,
      "Of context, for each of which a step needs a group; 262144 by default", "NUMBER");
  add("--kv-merge-ms", options.kv_merge_ms, "Merging the attention of several groups; 0.3 by default", "NUMBER");
  add("--batch", options.batch, "Requests in flight on an instance", "NUMBERS")->capture_default_str();
  add("--prompt-tokens", options.prompt_tokens, "Of a request", "NUMBERS")->capture_default_str();
  add("--output-tokens", options.output_tokens, "Of a request", "NUMBERS")->capture_default_str();
  add("--output-cv", options.output_cv, "Coefficient of variation of output tokens; 0 by default", "NUMBER");
  add("--context-tokens", options.context_tokens,
      "Held by a decoding request; prompt + output (1 + cv^2) / 2 by default", "NUMBERS");
  add("--clock-mhz", options.clock_mhz, "SM clock; the highest by default", "NUMBERS");
  add("--cap-w", options.cap_w, "Power cap of a GPU; none by default", "NUMBERS");
  add("--rate", options.rate, "Requests/s that arrive by themselves (Poisson): also say what they see", "NUMBERS");
  add("--max-batch-sequences", options.max_batch_sequences, "Admitted at a time at such a rate; 256 by default",
      "NUMBER");
  command->add_flag("--from-data-sheet", options.from_data_sheet,
                    "Also GPUs on which no step of the stack was measured, by their data sheets");
  add("--format", arguments->format, "json, csv or table; a table on a terminal, else json", "FORMAT")
      ->check(CLI::IsMember({"json", "csv", "table"}));
  command->footer(
      "NUMBERS are lists of numbers and ranges: 1,8,64 or 800:1980:200 (steps of 200) or 1:256:x2 (factors of 2).\n"
      "There is a row for each combination; the last option above varies fastest.");
  command->callback([arguments, &global] { predict_all(*arguments, global); });
}

}  // namespace headroom

#include "predict/prediction_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "model/gpu_memory.hpp"
#include "model/placement_check.hpp"
#include "predict/number_list.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostRows = 100'000;

using Problems = std::vector<Problem>;
/// The values of an option; none where it was not given.
using Values = std::vector<std::optional<double>>;

/// The lists of a sweep of which every combination is a row.
struct Axes {
  Values tensor_parallel, batch, prompt_tokens, output_tokens, context_tokens, clock_mhz, cap_w, rate;

  [[nodiscard]] double combinations() const {
    double product = 1;
    for (const Values* values :
         {&tensor_parallel, &batch, &prompt_tokens, &output_tokens, &context_tokens, &clock_mhz, &cap_w, &rate})
      product *= static_cast<double>(values->size());
    return product;
  }
};

/// Runs a step of reading the options and keeps its problems for later.
template <class Read>
void attempt(Problems& problems, Read read) {
  try {
    read();
  } catch (const InputError& error) {
    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
  }
}

/// A whole number, or (of output tokens) one that a mean over requests can be.
enum class Kind { any, whole, output };

void check_value(double value, double low, double high, Kind kind, const std::string& where) {
  if (!(value >= low && value <= high))
    throw InputError(
        where, "must be at least " + shortest(low) + " and at most " + shortest(high) + ", not " + shortest(value));
  if (kind == Kind::whole && value != std::trunc(value))
    throw InputError(where, "must be a whole number, not " + shortest(value));
  if (kind == Kind::output && value > 1 && value < 2)
    throw InputError(where, "must be 1 or at least 2, not " + shortest(value));
}

Values values_of(const std::optional<std::string>& text, const std::string& where, double low, double high,
                 Kind kind = Kind::any) {
  if (!text) return {std::nullopt};
  Values values;
  for (const double value : number_list(*text, where, kMostRows)) {
    check_value(value, low, high, kind, where);
    values.emplace_back(value);
  }
  return values;
}

Axes axes_of(const PredictionOptions& options, Problems& problems) {
  Axes axes;
  const auto read = [&](Values& values, const auto&... arguments) {
    attempt(problems, [&] { values = values_of(arguments...); });
  };
  read(axes.tensor_parallel, options.tensor_parallel, "--tensor-parallel", 1.0, 1024.0, Kind::whole);
  read(axes.batch, options.batch, "--batch", 1.0, 65536.0);
  read(axes.prompt_tokens, options.prompt_tokens, "--prompt-tokens", 1.0, 1e7);
  read(axes.output_tokens, options.output_tokens, "--output-tokens", 1.0, 1e7, Kind::output);
  read(axes.context_tokens, options.context_tokens, "--context-tokens", 1.0, 2e7);
  read(axes.clock_mhz, options.clock_mhz, "--clock-mhz", 1.0, 1e4);
  read(axes.cap_w, options.cap_w, "--cap-w", 1.0, 1e5);
  read(axes.rate, options.rate, "--rate", 1e-9, 1e6);
  return axes;
}

/// Reads an option of one number, which stays where it was not given.
void read_number(const std::optional<std::string>& text, const std::string& where, double low, double high,
                 double& number, Problems& problems) {
  attempt(problems, [&] {
    const Values values = values_of(text, where, low, high);
    if (values.size() > 1) throw InputError(where, "must be one number");
    number = values.front().value_or(number);
  });
}

/// The same, a whole number.
template <class Number>
void read_whole(const std::optional<std::string>& text, const std::string& where, double high, Number& number,
                Problems& problems) {
  attempt(problems, [&] {
    const Values values = values_of(text, where, 1.0, high, Kind::whole);
    if (values.size() > 1) throw InputError(where, "must be one number");
    if (values.front()) number = static_cast<Number>(*values.front());
  });
}

Parallelism parallelism_of(const PredictionOptions& options, Problems& problems) {
  Parallelism parallelism;
  double hand_over_ms = parallelism.hand_over.value() * 1e3, merge_ms = parallelism.merge.value() * 1e3;
  read_whole(options.pipeline_stages, "--pipeline-stages", 256.0, parallelism.stages, problems);
  read_whole(options.kv_groups, "--kv-groups", 256.0, parallelism.kv_groups, problems);
  read_whole(options.kv_group_tokens, "--kv-group-tokens", 1e9, parallelism.kv_group_tokens, problems);
  read_number(options.hand_over_ms, "--hand-over-ms", 0.0, 1e6, hand_over_ms, problems);
  read_number(options.kv_merge_ms, "--kv-merge-ms", 0.0, 1e6, merge_ms, problems);
  parallelism.hand_over = Seconds(hand_over_ms / 1e3);
  parallelism.merge = Seconds(merge_ms / 1e3);
  return parallelism;
}

/// Reads the files of a list of names.
template <class Part, class Load>
void load_all(const std::string& names, const char* where, std::deque<Part>& parts, Problems& problems, Load load) {
  attempt(problems, [&] {
    for (const auto& name : word_list(names, where)) attempt(problems, [&] { parts.push_back(load(name)); });
  });
}

/// What is wrong with a combination, whatever its batch.
Problems check_input(const PredictionInput& input) {
  const HardwareConfig& hardware = *input.hardware;
  const Architecture& model = *input.model;
  const StackProfile& stack = *input.stack;
  const GpuSpec& gpu = hardware.gpu;
  Problems problems;
  const std::string degree = std::to_string(input.tensor_parallel);
  for (auto& what :
       check_placement({model, stack, gpu, hardware.server.gpus, input.parallelism}, input.tensor_parallel))
    problems.push_back(
        {"--tensor-parallel " + degree + " for " + model.name + " on " + hardware.name, std::move(what)});
  if (input.clock < gpu.min_clock || input.clock > gpu.max_clock)
    problems.push_back({"--clock-mhz " + shortest(input.clock.value() / 1e6) + " on " + hardware.name,
                        "must be at least " + shortest(gpu.min_clock.value() / 1e6) + " and at most " +
                            shortest(gpu.max_clock.value() / 1e6)});
  attempt(problems, [&] { (void)stack.on(gpu.name, input.by_data_sheet); });
  if (problems.empty() && kv_capacity_tokens(input) < input.prompt_tokens + input.output_tokens)
    problems.push_back(
        {"--prompt-tokens for " + model.name + " on " + hardware.name + " with tensor parallelism " + degree,
         "the KV cache does not hold a request of " + shortest(input.prompt_tokens + input.output_tokens) + " tokens"});
  if (auto what = check_operands(hardware.gpu_power, input.input_data))
    problems.push_back({"--input-data on " + hardware.name, std::move(*what)});
  if (!problems.empty()) return problems;
  if (auto what = check_draws(input); !what.empty())
    problems.push_back({"--hardware " + hardware.name + " with " + model.name, std::move(what)});
  return problems;
}

void warn_of_data_sheet(const PredictionInput& parts, Warnings& warnings) {
  const std::string& gpu = parts.hardware->gpu.name;
  if (auto doubts = parts.hardware->gpu_power.doubts_on(parts.hardware->gpu); !doubts.empty())
    warnings.push_back({"--hardware " + parts.hardware->name, "power: " + doubts});
  if (!parts.by_data_sheet || !parts.stack->on(gpu, true).from_data_sheet) return;
  warnings.push_back({"--stack " + parts.stack->name,
                      "no step was measured on " + gpu +
                          ": it is taken to reach the shares of the H100; on the B200 median times were off by 12 %, a "
                          "tenth of them by more than 28 %"});
}

/// Adds a combination to a sweep, or to what it skips.
void add(const PredictionInput& input, PredictionSweep& sweep) {
  const Problems problems = check_input(input);
  if (problems.empty()) return sweep.inputs.push_back(input);
  ++sweep.skipped;
  for (const Problem& problem : problems) {
    const auto same = [&](const Problem& known) { return known.where == problem.where && known.what == problem.what; };
    if (std::ranges::none_of(sweep.reasons, same)) sweep.reasons.push_back(problem);
  }
}

/// All rows of a server type, a model and a stack.
void add_rows(const PredictionInput& parts, const Axes& axes, PredictionSweep& sweep) {
  // Of lengths that scatter, those in flight are longer ones: they have E[o^2] / 2 E[o] behind them.
  const double in_flight = 1 + parts.output_cv * parts.output_cv;
  const auto rows = static_cast<std::size_t>(axes.combinations());
  for (std::size_t i = 0; i < rows; ++i) {
    std::size_t digits = i;  // which value of each option: a number whose last digit varies fastest
    const auto next = [&digits](const Values& values) {
      const auto value = values[digits % values.size()];
      digits /= values.size();
      return value;
    };
    PredictionInput row = parts;
    row.rate_per_s = next(axes.rate);
    const auto cap = next(axes.cap_w);
    const auto clock = next(axes.clock_mhz);
    const auto context = next(axes.context_tokens);
    row.output_tokens = next(axes.output_tokens).value();
    row.prompt_tokens = next(axes.prompt_tokens).value();
    row.batch = next(axes.batch).value();
    row.tensor_parallel = static_cast<std::uint32_t>(next(axes.tensor_parallel).value_or(parts.hardware->server.gpus));
    row.context_tokens = context.value_or(row.prompt_tokens + row.output_tokens * in_flight / 2);
    row.clock = clock ? Hertz(*clock * 1e6) : parts.hardware->gpu.max_clock;
    if (cap) row.cap = Power(*cap);
    add(row, sweep);
  }
}

}  // namespace

PredictionSweep prediction_sweep(const PredictionOptions& options, const ConfigFolders& folders) {
  PredictionSweep sweep;
  Problems problems;
  load_all(options.hardware, "--hardware", sweep.hardware, problems,
           [&](const std::string& name) { return load_hardware(name, folders, "--hardware"); });
  load_all(options.model, "--model", sweep.models, problems,
           [&](const std::string& name) { return load_model(name, folders, "--model", sweep.warnings); });
  load_all(options.stack, "--stack", sweep.stacks, problems,
           [&](const std::string& name) { return load_stack(name, folders, "--stack"); });
  std::vector<std::string> operands;
  attempt(problems, [&] { operands = word_list(options.input_data, "--input-data"); });
  const Axes axes = axes_of(options, problems);
  PredictionInput parts;
  parts.by_data_sheet = options.from_data_sheet;
  parts.parallelism = parallelism_of(options, problems);
  read_number(options.output_cv, "--output-cv", 0.0, 10.0, parts.output_cv, problems);
  read_number(options.max_batch_sequences, "--max-batch-sequences", 1.0, 65536.0, parts.max_batch_sequences, problems);
  const double rows = axes.combinations() * static_cast<double>(sweep.hardware.size() * sweep.models.size() *
                                                                sweep.stacks.size() * operands.size());
  if (rows > static_cast<double>(kMostRows))
    problems.push_back({"predict", "the options make more than " + grouped(kMostRows) + " combinations"});
  if (!problems.empty()) throw InputError(std::move(problems));
  for (const auto& hardware : sweep.hardware)
    for (const auto& model : sweep.models)
      for (const auto& stack : sweep.stacks) {
        parts.hardware = &hardware;
        parts.model = &model;
        parts.stack = &stack;
        warn_of_data_sheet(parts, sweep.warnings);
        for (const std::string& name : operands) {
          parts.input_data = name;
          add_rows(parts, axes, sweep);
        }
      }
  if (sweep.inputs.empty()) throw InputError(sweep.reasons);
  return sweep;
}

}  // namespace headroom

#include "model/performance/steps_config.hpp"

namespace headroom {
namespace {

void check_path(const std::string& path, bool is_needed, const Scope& scope) {
  if (is_needed && path.empty()) scope.problem("is needed by this kind of step times");
  if (!is_needed && !path.empty()) scope.problem("is not read by this kind of step times");
}

}  // namespace

void StepsConfig::fields(Fields& f) {
  f("kind", kind,
    "roofline: by the models of model, GPU and stack; table: by batched tokens; keyed_table: by batch and context; "
    "units: by units of work that is no LLM call; points: by operating points of an LLM");
  f("path", path,
    "the table, plain, gzip or zstd: columns batch_tokens, prompt_time_s, token_time_s; of keyed_table: num_tokens and "
    "columns in ms of a layer; of units: unit, gpus, time_s and, where it is known, gpu and power_w");
  f("decode_path", decode_path, "of keyed_table: columns batch_size, kv, ms: attention of decodes in a layer");
  f("prefill_path", prefill_path, "of keyed_table: columns kv, chunk, ms: attention of prompts in a layer");
  f("rows", rows,
    "of table and units: which rows to take, by what stands in their other columns, such as model and hardware");
  f("mixed_factor", mixed_factor,
    "of table: a step of prompts and decodes takes what one of prompts with as many tokens takes, times this",
    Range::between(1e-3, 1e3));
  f("extend", extend,
    "of table: whether its first and last segment hold beyond its ends; else a step outside ends the run");
  f("layers", layers, "of keyed_table: layers of the model", Range::between(1, 1e4));
  f("several_factor", several_factor,
    "of keyed_table: on the attention of decodes, or of prompts, where there are several of them",
    Range::between(1e-3, 1e3));
  f("column_factors", column_factors,
    "of keyed_table: how often a layer does what a column of path says, where that is not once",
    Range::between(0.0, 1e4));
  f("follows_clock", follows_clock,
    "of tables: whether steps take longer at a lower clock, by as much as the roofline's would; else never");
  f("units", units, "of units: how long one of each takes, in place of path");
  f("points", points, "of points: how long tokens take at so many sequences; a line between two, level beyond them");
}

void StepsConfig::check(const Scope& scope) const {
  if (by_units() ? path.empty() == units.empty() : !units.empty())
    scope.at("units").problem(by_units() ? "must be given, or path, and not both"
                                         : "is not read by this kind of step times");
  if (by_points() == points.empty())
    scope.at("points").problem(by_points() ? "must be given" : "is not read by this kind of step times");
  if (!by_units()) check_path(path, kind != StepTimesKind::roofline && !by_points(), scope.at("path"));
  check_path(decode_path, kind == StepTimesKind::keyed_table, scope.at("decode_path"));
  check_path(prefill_path, kind == StepTimesKind::keyed_table, scope.at("prefill_path"));
  if (!rows.empty() && kind != StepTimesKind::table && !by_units())
    scope.at("rows").problem("is not read by this kind of step times");
}

}  // namespace headroom

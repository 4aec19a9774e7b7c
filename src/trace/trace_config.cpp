#include "trace/trace_config.hpp"

namespace headroom {
namespace {

constexpr Range copies_range = Range::between(1e-5, 1e5);

}  // namespace

void TraceClassConfig::fields(Fields& fields) {
  fields.required("high_priority_share", high_priority_share, "share of the requests of this class with high priority",
                  Range::fraction());
}

void TraceColumnsConfig::fields(Fields& fields) {
  fields("time", time, "header or key of the arrival");
  fields("input_tokens", input_tokens, "header or key of the length of the prompt");
  fields("output_tokens", output_tokens, "header or key of the tokens that are generated");
  fields("class", type, "header or key of the type of request");
  fields("images", images, "header or key of the number of images of a request; absent: requests bring none");
}

void TraceConfig::fields(Fields& fields) {
  fields("path", path, "the trace: a file, plain, gzip or zstd, or a folder of such files in order of their names");
  fields("paths", paths, "several files instead, in order of their names");
  fields("format", format,
         "what a file is that does not tell: azure_csv has dates, mooncake_jsonl times in milliseconds");
  fields("columns", columns, "which column is what, where names alone do not say it");
  fields("time_unit", time_unit, "what its times are, where the file does not say it");
  fields(
      "failed_rows", failed_rows,
      "rows without input or output tokens, or marked as failed; absent: skip where the layout (BurstGPT, results of "
      "benchmarks) or a column marks failures, else refuse");
  fields("late_s", late, "rows that come at most this late are put in order, later ones refused",
         Range::between(0.0, 3600.0));
  fields.part(window);
  fields("rate_per_s", rate_per_s, "mean rate of arrivals for a file that has lengths only", Range::between(1e-6, 1e6));
  fields("arrivals", arrivals, "how those arrivals scatter: independent, or one at every 1 / rate");
  fields("block_tokens", block_tokens,
         "tokens of each block of a prompt that hash_ids names; absent: 512 in Mooncake's layout, 16 in Qwen's",
         Range::between(1, 1e6));
  fields("types", types, "types of request by their lengths, for a trace without a column of classes");
  fields("copies", copies, "how many copies of the trace are superposed; a fraction thins the last one", copies_range);
  fields("copies_start", copies_start,
         "where copies begin: each shifted by its own time up to shift_s; spread evenly over the length of the trace "
         "(copy i of n at i / n of it) or at random moments of it, going on with its beginning after its end");
  fields("shift_s", shift,
         "each copy but the first starts later by its own time, at most this, where copies are shifted",
         Range::between(0.0, 1e6));
  fields("time_stretch", time_stretch, "factor on the times of the trace: 2 halves its rate",
         Range::between(1e-6, 1e6));
  fields("high_priority_share", high_priority_share, "share of the requests with high priority", Range::fraction());
  fields("classes", classes, "exceptions from that share for classes of a trace whose requests have types");
}

void TraceConfig::check(const Scope& scope) const {
  if (path.empty() && paths.empty()) scope.at("path").problem("must not be empty");
  if (!path.empty() && !paths.empty()) scope.at("paths").problem("must not be given beside path");
}

}  // namespace headroom

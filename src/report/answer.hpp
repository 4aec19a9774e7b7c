#pragma once

#include <span>
#include <string>

#include "report/run_output.hpp"

namespace headroom {

/// How good a finding is; a page says it in a word and a colour.
enum class Finding { plain, good, watch, bad };
constexpr const char* word_of(Finding finding) {
  constexpr const char* kWords[] = {"plain", "good", "watch", "bad"};
  return kWords[static_cast<int>(finding)];
}

/// What a run answers in a sentence: `{"finding", "verdict", "text"}`. A run fits where no device tripped, nobody
/// braked and no telemetry sample was above the budget of its node; without telemetry, where power never was. `base` is
/// what latencies are held against; nullptr where there is none.
[[nodiscard]] Json answer_of(const RunOutput& run, const RunOutput* base);

/// The figures that a reader looks for first: a list of `{"label", "value", "note", "finding", "base"}`.
[[nodiscard]] Json tiles_of(const RunOutput& run, const RunOutput* base);

}  // namespace headroom

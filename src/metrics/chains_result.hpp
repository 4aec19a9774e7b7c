#pragma once

#include <cstdint>

#include "headroom/fields.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// What became of the chains of reasoning of a stream's jobs.
struct ChainsResult {
  std::uint64_t done = 0, cancelled = 0;
  std::uint64_t tokens = 0;
  double kv_token_steps = 0, kv_token_s = 0;
  std::uint64_t votes = 0, right = 0, fewest_voters = 0;

  void fields(Fields& f) const {
    f("done", done, "chains that ran to their end, and vote");
    f("cancelled", cancelled, "chains that a planner stopped");
    f("tokens", tokens, "that both made");
    f("kv_token_steps", kv_token_steps, "KV cache that they held of these, summed over steps: tokens^2 / 2 of each");
    f("kv_token_s", kv_token_s,
      "the same over time, as if the tokens of each came evenly from its first one to its end; without the prompt");
    f("votes", votes, "questions that have their answer");
    f("right_fraction", per_one(static_cast<double>(right), votes), "of these, those whose answer is right");
    f("fewest_voters", votes > 0 ? std::optional(fewest_voters) : std::nullopt, "chains that voted, the least");
  }
};

}  // namespace headroom

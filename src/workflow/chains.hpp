#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "headroom/fields.hpp"
#include "headroom/planner.hpp"

namespace headroom {

/// Parallel chains of reasoning for one question, which vote (self-consistency): how long they are, of what thoughts,
/// and what they answer.
struct ChainsConfig {
  std::vector<double> lengths;  ///< of the chains in turn; none: drawn
  double length_cv = 0.6;
  double thought_tokens = 60;
  double thought_min_tokens = 25;
  double correct_fraction = 0.6;
  std::uint32_t wrong_answers = 4;
  void fields(Fields& f);
  void check(const Scope& scope) const;
};

/// One of them as it is drawn, whatever becomes of it.
class Chain {
 public:
  /// `mean_tokens` of the chains of a question, of which this is the one of a number.
  Chain(const ChainsConfig& config, double mean_tokens, std::uint32_t number, std::uint64_t seed);

  [[nodiscard]] std::uint32_t tokens() const { return tokens_; }
  /// 0: the right one.
  [[nodiscard]] std::uint32_t answer() const { return answer_; }
  /// Goes on to its next thought; false where the chain ends first.
  bool think();
  [[nodiscard]] const Thought& thought() const { return thought_; }
  /// Its tokens when that is complete.
  [[nodiscard]] std::uint32_t thought_end() const { return thought_end_; }

 private:
  const ChainsConfig* config_;
  RandomStream thoughts_;
  std::uint32_t tokens_ = 0, answer_ = 0, thought_end_ = 0;
  Thought thought_;
};

/// The answer that most chains give; among equals that of the first of them.
[[nodiscard]] std::uint32_t vote(std::span<const std::uint32_t> answers);

}  // namespace headroom

#include "workflow/chains.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "headroom/elementary.hpp"

namespace headroom {
namespace {

constexpr Range kChainTokens = Range::between(1, 1e7);

std::uint32_t whole_tokens(double tokens) {
  return static_cast<std::uint32_t>(std::clamp(std::round(tokens), kChainTokens.min, kChainTokens.max));
}

/// Log-normal.
double draw_length(const ChainsConfig& config, double mean_tokens, RandomStream& stream) {
  const double spread = 1 + config.length_cv * config.length_cv;
  return stream.lognormal(mean_tokens / std::sqrt(spread), std::sqrt(portable::log(spread)));
}

}  // namespace

void ChainsConfig::fields(Fields& f) {
  f("lengths_tokens", lengths,
    "tokens of the first chain, the second and so on, and again; absent: drawn, log-normal, with the mean "
    "`output_tokens`",
    kChainTokens);
  f("length_cv", length_cv, "coefficient of variation of drawn lengths", Range::between(0.0, 10.0));
  f("thought_tokens", thought_tokens, "mean length of a thought", kChainTokens);
  f("thought_min_tokens", thought_min_tokens, "no thought is shorter; what is above is exponential", kChainTokens);
  f("correct_fraction", correct_fraction, "probability that a chain answers right, independent of its length",
    Range::fraction());
  f("wrong_answers", wrong_answers, "that there are, all equally likely", Range::between(1, 1e6));
}

void ChainsConfig::check(const Scope& scope) const {
  if (thought_min_tokens > thought_tokens) scope.at("thought_min_tokens").problem("must not be above thought_tokens");
}

Chain::Chain(const ChainsConfig& config, double mean_tokens, std::uint32_t number, std::uint64_t seed)
    : config_(&config), thoughts_(hash(seed, number), "thoughts") {
  RandomStream stream(hash(seed, number), "chain");
  tokens_ = whole_tokens(config.lengths.empty() ? draw_length(config, mean_tokens, stream)
                                                : config.lengths[number % config.lengths.size()]);
  const bool is_right = stream.uniform() < config.correct_fraction;
  answer_ = is_right ? 0 : static_cast<std::uint32_t>(stream.integer(1, config.wrong_answers));
}

bool Chain::think() {
  const double above = thoughts_.exponential(config_->thought_tokens - config_->thought_min_tokens);
  const std::uint32_t length = whole_tokens(config_->thought_min_tokens + above);
  ++thought_.number;
  thought_.likeness = thoughts_.uniform();
  thought_.coin = thoughts_.uniform();
  if (length >= tokens_ - thought_end_) return false;
  thought_end_ += length;
  return true;
}

std::uint32_t vote(std::span<const std::uint32_t> answers) {
  std::uint32_t best = 0;
  std::ptrdiff_t most = 0;
  for (const std::uint32_t answer : answers)
    if (const auto votes = std::ranges::count(answers, answer); votes > most) {
      most = votes;
      best = answer;
    }
  return best;
}

}  // namespace headroom

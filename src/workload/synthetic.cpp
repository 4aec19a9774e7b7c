#include "workload/synthetic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headroom {
namespace {

Mix mix_of(const SyntheticConfig& config, const std::vector<SyntheticType>& types, Warnings& warnings) {
  std::vector<std::string> names;
  std::vector<double> shares;
  for (const SyntheticType& type : types) {
    names.push_back(type.name);
    shares.push_back(type.share);
  }
  return config.mix ? Mix(*config.mix, names, warnings) : Mix(shares);
}

/// Of the prompts that arrive at a time, where `of_types` are those of each type.
double mean_input_tokens(const std::vector<double>& of_types, const Mix& mix, double time_s) {
  const auto cumulative = mix.cumulative_shares(time_s);
  double below = 0.0;
  double tokens = 0.0;
  for (std::size_t i = 0; i < of_types.size(); ++i) {
    tokens += (cumulative[i] - below) * of_types[i];
    below = cumulative[i];
  }
  return tokens / below;
}

RateCurve curve_of(const SyntheticConfig& config, const std::vector<SyntheticType>& types, const Mix& mix,
                   Warnings& warnings) {
  if (!config.rate_curve) return {};
  std::vector<double> means;
  for (const SyntheticType& type : types) means.push_back(type.pairs.mean_input_tokens());
  return {*config.rate_curve, warnings, [&](double time_s) { return mean_input_tokens(means, mix, time_s); }};
}

}  // namespace

Synthetic::Synthetic(const SyntheticConfig& config, ClassTable& table, std::uint64_t seed, const std::string& where,
                     std::optional<Seconds> until, PromptBlocks blocks)
    : end_s_(config.duration ? config.duration->value() : std::numeric_limits<double>::infinity()),
      types_(synthetic_types(config, table, seed, where, blocks, warnings_)),
      mix_(mix_of(config, types_, warnings_)),
      clock_(config.rate_per_s, curve_of(config, types_, mix_, warnings_), config.arrivals.value->scatter(), seed,
             where, std::min(Seconds(end_s_), until.value_or(Seconds(end_s_)))),
      type_stream_(seed, "type"),
      priority_stream_(seed, "priority"),
      input_stream_(seed, "input"),
      output_stream_(seed, "output"),
      prefix_stream_(seed, "prefix"),
      image_stream_(seed, "images"),
      block_tokens_(config.block_tokens) {}

bool Synthetic::next(Request& request) {
  if (ended_) return false;
  const double time_s = clock_.next();
  if (time_s >= end_s_ || std::isinf(time_s)) {
    ended_ = true;
    return false;
  }
  const auto cumulative_shares = mix_.cumulative_shares(time_s);
  const double share = type_stream_.uniform() * cumulative_shares.back();
  std::size_t index = 0;
  while (index + 1 < types_.size() && share >= cumulative_shares[index]) ++index;
  SyntheticType& type = types_[index];
  request.id = count_++;
  request.arrival = Seconds(time_s);
  draw_lengths(type, request);
  request.images = type.images ? type.images->draw(image_stream_) : std::uint8_t{0};
  type.classes.assign(request, priority_stream_.uniform());
  if (type.prefixes) type.prefixes->draw(prefix_stream_, request, blocks_);
  return true;
}

bool Synthetic::brings_images() const {
  return std::ranges::any_of(types_, [](const SyntheticType& type) { return type.images.has_value(); });
}

void Synthetic::draw_lengths(const SyntheticType& type, Request& request) {
  const auto& pairs = type.pairs.pairs;
  if (pairs.empty()) {
    request.input_tokens = type.input->sample(input_stream_);
    request.output_tokens = type.output->sample(output_stream_);
    return;
  }
  const LengthPair& pair = pairs[static_cast<std::size_t>(input_stream_.integer(0, pairs.size() - 1))];
  request.input_tokens = pair.input_tokens;
  request.output_tokens = pair.output_tokens;
}

}  // namespace headroom

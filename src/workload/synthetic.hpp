#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "base/problem.hpp"
#include "base/random.hpp"
#include "trace/arrivals.hpp"
#include "trace/classes.hpp"
#include "trace/prompt_blocks.hpp"
#include "trace/request_source.hpp"
#include "workload/workload_config.hpp"

namespace headroom {

/// Generates requests: arrivals around a rate, a class by its share, lengths independent of each other.
/// Each property has its own random stream, so that changing one leaves the others as they were.
class Synthetic : public RequestSource {
 public:
  /// The configuration must have passed its checks; it is not needed afterwards. `where` is what messages call it.
  /// Nobody asks for requests after `until`.
  Synthetic(const SyntheticConfig& config, ClassTable& table, std::uint64_t seed, const std::string& where,
            std::optional<Seconds> until = {}, PromptBlocks blocks = PromptBlocks::unused);

  bool next(Request& request) override;
  [[nodiscard]] std::span<const BlockKey> blocks() const override { return blocks_; }
  [[nodiscard]] std::uint32_t block_tokens() const override { return block_tokens_; }
  [[nodiscard]] Warnings warnings() const override { return warnings_; }

 private:
  struct Type {
    double cumulative_share;
    TypeClasses classes;
    std::unique_ptr<LengthSampler> input;
    std::unique_ptr<LengthSampler> output;
    std::optional<SharedPrefixes> prefixes;  ///< where somebody asks for blocks
  };

  Warnings warnings_;
  double end_s_;  ///< arrivals stop here
  ArrivalClock clock_;
  std::vector<Type> types_;
  RandomStream type_stream_;
  RandomStream priority_stream_;
  RandomStream input_stream_;
  RandomStream output_stream_;
  RandomStream prefix_stream_;
  std::uint32_t block_tokens_;
  std::vector<BlockKey> blocks_;
  std::uint64_t count_ = 0;
  bool ended_ = false;
};

}  // namespace headroom

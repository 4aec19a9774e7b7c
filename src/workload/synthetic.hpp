#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/problem.hpp"
#include "base/random.hpp"
#include "trace/arrivals.hpp"
#include "trace/classes.hpp"
#include "trace/prompt_blocks.hpp"
#include "trace/request_source.hpp"
#include "workload/mix.hpp"
#include "workload/synthetic_types.hpp"

namespace headroom {

/// Generates requests: arrivals around a rate, a type by its share at the time, lengths of that type. Memory and time
/// of a request do not depend on how many there are.
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
  [[nodiscard]] bool brings_images() const override;
  [[nodiscard]] Warnings warnings() const override { return warnings_; }

 private:
  void draw_lengths(const SyntheticType& type, Request& request);

  Warnings warnings_;
  double end_s_;  ///< arrivals stop here
  std::vector<SyntheticType> types_;
  Mix mix_;
  ArrivalClock clock_;
  RandomStream type_stream_;
  RandomStream priority_stream_;
  RandomStream input_stream_;
  RandomStream output_stream_;
  RandomStream prefix_stream_;
  RandomStream image_stream_;
  std::uint32_t block_tokens_;
  std::vector<BlockKey> blocks_;
  std::uint64_t count_ = 0;
  bool ended_ = false;
};

}  // namespace headroom

#include "trace/prefix_share.hpp"

#include <algorithm>

namespace headroom {

void PrefixShare::add(std::uint32_t input_tokens, std::span<const BlockKey> prompt) {
  std::uint64_t repeated = 0;
  for (std::size_t i = 0; i < prompt.size(); ++i) {
    const bool is_new = chains_.insert(prompt[i]).second;
    if (!is_new && repeated == i) ++repeated;
  }
  for (std::size_t i = 0; i < block_tokens.size(); ++i) {
    const std::uint64_t size = block_tokens[i];
    misfits_[i] = misfits_[i] || (input_tokens + size - 1) / size != prompt.size();
    repeated_tokens_[i] += std::min<std::uint64_t>(repeated, input_tokens / size) * size;  // no block that is not full
  }
  tokens_ += input_tokens;
  blocks_ += prompt.size();
  repeated_blocks_ += repeated;
}

double PrefixShare::repeated_fraction() const {
  constexpr std::array<std::size_t, block_tokens.size()> likeliest_first{5, 0, 1, 2, 3, 4, 6};
  for (const std::size_t i : likeliest_first)
    if (!misfits_[i] && tokens_ > 0) return static_cast<double>(repeated_tokens_[i]) / static_cast<double>(tokens_);
  return blocks_ > 0 ? static_cast<double>(repeated_blocks_) / static_cast<double>(blocks_) : 0.0;
}

}  // namespace headroom

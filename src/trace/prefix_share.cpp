#include "trace/prefix_share.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace headroom {
namespace {

bool is_separator(char c) {
  return c == '[' || c == ']' || c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Takes the next id of the list off its front, as text; empty at the end.
std::string_view take_id(std::string_view& list) {
  while (!list.empty() && is_separator(list.front())) list.remove_prefix(1);
  std::size_t size = 0;
  while (size < list.size() && !is_separator(list[size])) ++size;
  const std::string_view id = list.substr(0, size);
  list.remove_prefix(size);
  return id;
}

}  // namespace

std::uint64_t PrefixShare::add(std::uint32_t input_tokens, std::string_view ids) {
  std::uint64_t chain = 0;
  std::uint64_t count = 0;
  std::uint64_t repeated = 0;
  for (std::string_view id = take_id(ids); !id.empty(); id = take_id(ids)) {
    chain = hash(chain, id);
    const bool is_new = chains_.insert(chain).second;
    if (!is_new && repeated == count) ++repeated;
    ++count;
  }
  for (std::size_t i = 0; i < block_tokens.size(); ++i) {
    const std::uint64_t size = block_tokens[i];
    misfits_[i] = misfits_[i] || (input_tokens + size - 1) / size != count;
    repeated_tokens_[i] += std::min<std::uint64_t>(repeated, input_tokens / size) * size;  // no block that is not full
  }
  tokens_ += input_tokens;
  blocks_ += count;
  repeated_blocks_ += repeated;
  return count;
}

double PrefixShare::repeated_fraction() const {
  constexpr std::array<std::size_t, block_tokens.size()> likeliest_first{5, 0, 1, 2, 3, 4, 6};
  for (const std::size_t i : likeliest_first)
    if (!misfits_[i] && tokens_ > 0) return static_cast<double>(repeated_tokens_[i]) / static_cast<double>(tokens_);
  return blocks_ > 0 ? static_cast<double>(repeated_blocks_) / static_cast<double>(blocks_) : 0.0;
}

}  // namespace headroom

#include "workload/shared_prefixes.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "trace/trace_file.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t most_groups = 1'000'000;

}  // namespace

void PrefixGroupsConfig::fields(Fields& fields) {
  fields.required("tokens", tokens, "that the prompts of a group have in common, behind those of the level before",
                  Range::between(1, largest_token_count));
  fields("groups", groups, "at a time, within each of the level before; a request is in any of them",
         Range::between(1, most_groups));
  fields("requests", requests, "that a group has before another one takes its place; absent: any number",
         Range::between(1, 1e9));
}

bool has_too_many_groups(const std::vector<PrefixGroupsConfig>& levels) {
  std::uint64_t groups = 1;
  for (const auto& level : levels)
    if ((groups *= level.groups) > most_groups) return true;
  return false;
}

SharedPrefixes::SharedPrefixes(std::vector<PrefixGroupsConfig> levels, std::uint32_t block_tokens, std::uint64_t seed)
    : block_tokens_(block_tokens), seed_(seed) {
  std::uint64_t end = 0;
  std::size_t groups = 1;
  for (const auto& level : levels)
    levels_.push_back({level, end += level.tokens, std::vector<std::uint64_t>(groups *= level.groups)});
}

void SharedPrefixes::choose_groups(RandomStream& stream) {
  std::uint64_t group = 0;
  std::uint64_t key = seed_;
  for (Level& level : levels_) {
    group = group * level.config.groups + stream.integer(0, level.config.groups - 1);
    const std::uint64_t before = level.requests[group]++;
    key = hash(hash(key, group), level.config.requests ? before / *level.config.requests : 0);
    level.key = key;
  }
}

void SharedPrefixes::draw(RandomStream& stream, const Request& request, std::vector<BlockKey>& blocks) {
  choose_groups(stream);
  blocks.clear();
  const std::uint64_t own = hash(hash(seed_, "prompt"), request.id);
  auto level = levels_.begin();
  for (std::uint64_t begin = 0; begin < request.input_tokens; begin += block_tokens_) {
    const std::uint64_t end = std::min<std::uint64_t>(begin + block_tokens_, request.input_tokens);
    while (level != levels_.end() && level->end_tokens < end) ++level;
    blocks.push_back(hash(level != levels_.end() ? level->key : own, begin));
  }
}

}  // namespace headroom

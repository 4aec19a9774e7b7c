#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "headroom/fields.hpp"
#include "headroom/prefix.hpp"

namespace headroom {

/// Groups of requests whose prompts begin alike: by a system prompt, or the course of a session.
struct PrefixGroupsConfig {
  std::uint32_t tokens = 1;
  std::uint32_t groups = 1;
  std::optional<std::uint32_t> requests;  ///< of a group, until a new one takes its place; none: any number
  void fields(Fields& fields);
};

/// Whether there are more groups than a generator keeps.
[[nodiscard]] bool has_too_many_groups(const std::vector<PrefixGroupsConfig>& levels);

/// Draws the blocks of generated prompts. Groups are nested: within each of one level there are those of the next, and
/// what follows the last level is each prompt's own.
class SharedPrefixes {
 public:
  /// `seed` tells the prompts of one class from those of others.
  SharedPrefixes(std::vector<PrefixGroupsConfig> levels, std::uint32_t block_tokens, std::uint64_t seed);

  /// Fills `blocks` with those of the next prompt, the last of them maybe not full.
  void draw(RandomStream& stream, const Request& request, std::vector<BlockKey>& blocks);

 private:
  struct Level {
    PrefixGroupsConfig config;
    std::uint64_t end_tokens;             ///< of what all levels up to this one have in common
    std::vector<std::uint64_t> requests;  ///< that each group has had, with those in whose place it is
    std::uint64_t key = 0;                ///< of the group that the present prompt is in
  };
  void choose_groups(RandomStream& stream);

  std::vector<Level> levels_;
  std::uint32_t block_tokens_;
  std::uint64_t seed_;
};

}  // namespace headroom

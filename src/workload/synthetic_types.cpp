#include "workload/synthetic_types.hpp"

#include <utility>

#include "base/hash.hpp"

namespace headroom {

std::vector<SyntheticType> synthetic_types(const SyntheticConfig& config, ClassTable& table, std::uint64_t seed,
                                           const std::string& where, PromptBlocks blocks, Warnings& warnings) {
  std::vector<SyntheticType> types;
  const auto add = [&](SyntheticType type, const std::vector<PrefixGroupsConfig>& prefixes) {
    types.push_back(std::move(type));
    if (blocks != PromptBlocks::unused)
      types.back().prefixes.emplace(prefixes, config.block_tokens, hash(hash(seed, "prefixes"), types.size()));
  };
  for (const auto& entry : config.classes)
    add({.name = entry.name,
         .share = entry.share,
         .classes = TypeClasses(table, entry.name, entry.high_priority_share),
         .input = entry.input.value->sampler(warnings),
         .output = entry.output.value->sampler(warnings),
         .images = entry.images},
        entry.prefixes);
  if (!config.lengths) return types;
  for (TypePairs& pairs : read_pairs(*config.lengths, where + "/lengths", warnings)) {
    SyntheticType type{.name = pairs.name,
                       .share = static_cast<double>(pairs.pairs.size()),
                       .classes = TypeClasses(table, pairs.name, config.lengths->high_priority_share)};
    type.pairs = std::move(pairs);
    add(std::move(type), {});
  }
  return types;
}

}  // namespace headroom

#include "trace/prompt_blocks.hpp"

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

void read_blocks(std::string_view ids, std::vector<BlockKey>& blocks) {
  blocks.clear();
  BlockKey chain = 0;
  for (std::string_view id = take_id(ids); !id.empty(); id = take_id(ids)) {
    chain = hash(chain, id);
    blocks.push_back(chain);
  }
}

}  // namespace headroom

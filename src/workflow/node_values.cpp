#include "workflow/node_values.hpp"

#include <algorithm>
#include <utility>

namespace headroom {

NodeValues::NodeValues(const std::vector<std::string>& parameters, const Counts& counts) {
  for (const std::string& parameter : parameters) {
    std::vector<std::uint32_t> values;
    std::uint32_t size = 0;
    for (std::size_t node = 0; node < size_; ++node) {
      const std::uint32_t count = counts(parameter, *this, node);
      for (std::uint32_t value = 0; value < count; ++value) {
        const auto outer = at(node);
        values.insert(values.end(), outer.begin(), outer.end());
        values.push_back(value);
      }
      size += count;
    }
    values_ = std::move(values);
    parameters_.push_back(parameter);
    size_ = size;
  }
}

std::vector<std::uint32_t> NodeValues::at(std::size_t node, std::span<const std::string> some) const {
  std::vector<std::uint32_t> values;
  values.reserve(some.size());
  for (const std::string& parameter : some)
    values.push_back(
        at(node)[static_cast<std::size_t>(std::ranges::find(parameters_, parameter) - parameters_.begin())]);
  return values;
}

std::map<std::vector<std::uint32_t>, std::vector<std::uint32_t>> NodeValues::by(
    std::span<const std::string> some) const {
  std::map<std::vector<std::uint32_t>, std::vector<std::uint32_t>> nodes;
  for (std::uint32_t node = 0; node < size_; ++node) nodes[at(node, some)].push_back(node);
  return nodes;
}

}  // namespace headroom

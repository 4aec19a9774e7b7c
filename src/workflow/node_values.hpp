#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace headroom {

/// The values that some parameters have at each node of a stage, in order of nodes: the inner parameters change
/// fastest.
class NodeValues {
 public:
  /// How many values a parameter has where those before it have these.
  using Counts = std::function<std::uint32_t(const std::string& parameter, const NodeValues& before, std::size_t node)>;

  NodeValues(const std::vector<std::string>& parameters, const Counts& counts);

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] const std::vector<std::string>& parameters() const { return parameters_; }
  [[nodiscard]] std::span<const std::uint32_t> at(std::size_t node) const {
    return std::span(values_).subspan(node * parameters_.size(), parameters_.size());
  }
  /// Those of some of its parameters.
  [[nodiscard]] std::vector<std::uint32_t> at(std::size_t node, std::span<const std::string> some) const;
  /// Nodes by their values of some parameters.
  [[nodiscard]] std::map<std::vector<std::uint32_t>, std::vector<std::uint32_t>> by(
      std::span<const std::string> some) const;

 private:
  std::vector<std::string> parameters_;
  std::vector<std::uint32_t> values_;
  std::uint32_t size_ = 1;
};

}  // namespace headroom

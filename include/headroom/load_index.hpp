#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace headroom {

/// Keeps the least loaded of n things at hand: a winner tree, O(log n) to update, O(1) to ask.
/// Equal loads go to the lower position.
class LoadIndex {
 public:
  /// The load of what is not to be chosen.
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  explicit LoadIndex(std::size_t n = 0)
      : leaves_(std::bit_ceil(n == 0 ? std::size_t{1} : n)), keys_(leaves_, kNever), winners_(2 * leaves_) {
    for (std::size_t i = 0; i < n; ++i) keys_[i] = 0;
    for (std::size_t i = 0; i < leaves_; ++i) winners_[leaves_ + i] = static_cast<std::uint32_t>(i);
    for (std::size_t node = leaves_ - 1; node >= 1; --node) play(node);
  }

  void update(std::size_t position, std::uint64_t key) {
    if (keys_[position] == key) return;
    keys_[position] = key;
    for (std::size_t node = (leaves_ + position) / 2; node >= 1; node /= 2) {
      const std::uint32_t before = winners_[node];
      play(node);
      if (winners_[node] == before && before != position) return;  // nothing above can change
    }
  }

  [[nodiscard]] std::size_t least() const { return leaves_ == 1 ? 0 : winners_[1]; }

 private:
  void play(std::size_t node) {
    const std::uint32_t left = winners_[2 * node];
    const std::uint32_t right = winners_[2 * node + 1];
    winners_[node] = keys_[right] < keys_[left] ? right : left;
  }

  std::size_t leaves_;
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> winners_;
};

}  // namespace headroom

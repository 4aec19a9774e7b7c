#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace headroom {

/// Keeps the least of n keys at hand, as a tournament: O(log n) to change a key, O(1) to ask.
/// Equal keys go to the lower position.
template <class Key>
class WinnerTree {
 public:
  using Limits = std::numeric_limits<Key>;
  /// The key of what is not to be chosen.
  static constexpr Key kNever = Limits::has_infinity ? Limits::infinity() : Limits::max();

  struct Entry {
    Key key;
    std::uint32_t position;
    bool operator==(const Entry&) const = default;
  };

  WinnerTree() : WinnerTree(0, kNever) {}
  WinnerTree(std::size_t n, Key initial) : size_(n), leaves_(std::bit_ceil(n)), nodes_(2 * leaves_) {
    for (std::size_t i = 0; i < leaves_; ++i)
      nodes_[leaves_ + i] = {i < n ? initial : kNever, static_cast<std::uint32_t>(i)};
    for (std::size_t node = leaves_ - 1; node >= 1; --node) nodes_[node] = winner_of_pair(2 * node);
  }

  void update(std::size_t position, Key key) {
    std::size_t node = leaves_ + position;
    if (nodes_[node].key == key) return;
    nodes_[node].key = key;
    for (; node > 1; node /= 2) {
      const Entry& winner = winner_of_pair(node);
      Entry& above = nodes_[node / 2];
      if (winner.position == above.position && winner.position != position) return;  // nothing above can change
      above = winner;
    }
  }

  /// Adds positions up to `n`, which are not to be chosen.
  void grow(std::size_t n) {
    if (n > leaves_) {
      WinnerTree larger(n, kNever);
      for (std::size_t i = 0; i < size_; ++i) larger.update(i, nodes_[leaves_ + i].key);
      *this = std::move(larger);
    }
    size_ = n;
  }

  [[nodiscard]] const Entry& least() const { return nodes_[1]; }
  /// The position that would have the least key without that one, any among equals; itself where it is alone. The best
  /// of those that lost to it: O(log n), without a branch that nobody could foretell.
  [[nodiscard]] std::uint32_t second() const {
    const Entry* const nodes = nodes_.data();
    std::size_t best = 1;
    Key key = kNever;
    for (std::size_t node = leaves_ + nodes[1].position; node > 1; node /= 2) {
      const std::size_t loser = node ^ 1;
      best = nodes[loser].key < key ? loser : best;
      key = std::min(key, nodes[loser].key);
    }
    return nodes[best].position;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  /// The better one of a node and its sibling.
  [[nodiscard]] const Entry& winner_of_pair(std::size_t node) const {
    const Entry* pair = &nodes_[node & ~std::size_t{1}];
    return pair[pair[1].key < pair[0].key];
  }

  std::size_t size_;
  std::size_t leaves_;
  std::vector<Entry> nodes_;  ///< the root at 1, the children of a node at twice its index and behind that
};

}  // namespace headroom

#pragma once

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
  WinnerTree(std::size_t n, Key initial) : size_(n) {
    std::size_t leaves = 1;
    while (leaves < n) {
      first_leaf_ = first_child(first_leaf_);
      leaves *= kFan;
    }
    nodes_.resize(first_leaf_ + leaves);
    for (std::size_t i = 0; i < leaves; ++i)
      nodes_[first_leaf_ + i] = {i < n ? initial : kNever, static_cast<std::uint32_t>(i)};
    for (std::size_t node = first_leaf_; node-- > kRoot;) nodes_[node] = winner_of(first_child(node));
  }

  void update(std::size_t position, Key key) {
    std::size_t node = first_leaf_ + position;
    if (nodes_[node].key == key) return;
    nodes_[node].key = key;
    while (node > kRoot) {
      const Entry& winner = winner_of(node & ~(kFan - 1));
      node = parent(node);
      Entry& above = nodes_[node];
      if (winner.position == above.position && winner.position != position) return;  // nothing above can change
      above = winner;
    }
  }

  /// Adds positions up to `n`, which are not to be chosen.
  void grow(std::size_t n) {
    if (n > nodes_.size() - first_leaf_) {
      WinnerTree larger(n, kNever);
      for (std::size_t i = 0; i < size_; ++i) larger.update(i, nodes_[first_leaf_ + i].key);
      *this = std::move(larger);
    }
    size_ = n;
  }

  [[nodiscard]] const Entry& least() const { return nodes_[kRoot]; }
  /// Of the positions that share the least key, the next from this one on; after the last comes the first. O(log n).
  [[nodiscard]] std::uint32_t least_from(std::size_t position) const {
    const Key key = least().key;
    std::size_t node = first_leaf_ + position;
    if (position < size_ && nodes_[node].key == key) return nodes_[node].position;
    for (; position < size_ && node > kRoot; node = parent(node))
      for (std::size_t right = node + 1; right % kFan != 0; ++right)
        if (nodes_[right].key == key) return nodes_[right].position;
    return least().position;
  }
  /// The position that would have the least key without that one, any among equals; itself where it is alone: the best
  /// of those that lost to it, O(log n).
  [[nodiscard]] std::uint32_t second() const {
    const Entry* best = &least();
    Key key = kNever;
    for (std::size_t node = first_leaf_ + least().position; node > kRoot; node = parent(node)) {
      const std::size_t group = node & ~(kFan - 1);
      for (std::size_t other = group; other < group + kFan; ++other) {
        if (other == node || !(nodes_[other].key < key)) continue;
        best = &nodes_[other];
        key = best->key;
      }
    }
    return best->position;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kFan = 4;  ///< entries of a game; four fill a line of cache
  static constexpr std::size_t kRoot = kFan - 1;

  // Groups of siblings begin at multiples of `kFan`.
  [[nodiscard]] static std::size_t first_child(std::size_t node) { return kFan * (node - kRoot + 1); }
  [[nodiscard]] static std::size_t parent(std::size_t node) { return node / kFan + kRoot - 1; }

  /// The best of the siblings from this one on.
  [[nodiscard]] const Entry& winner_of(std::size_t first) const {
    const Entry* const group = &nodes_[first];
    const Entry* const left = group + (group[1].key < group[0].key);
    const Entry* const right = group + 2 + (group[3].key < group[2].key);
    return right->key < left->key ? *right : *left;
  }

  std::size_t size_;
  std::size_t first_leaf_ = kRoot;
  std::vector<Entry> nodes_;  ///< level by level, the root at `kRoot`
};

}  // namespace headroom

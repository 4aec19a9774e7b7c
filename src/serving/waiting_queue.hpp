#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "headroom/batch_scheduler.hpp"

namespace headroom {

/// Sequences that wait, in order and side by side in memory. Those in front can go without moving the others.
class WaitingQueue {
 public:
  using Iterator = std::vector<Sequence>::iterator;
  using ConstIterator = std::vector<Sequence>::const_iterator;

  [[nodiscard]] Iterator begin() { return items_.begin() + gap_; }
  [[nodiscard]] Iterator end() { return items_.end(); }
  [[nodiscard]] ConstIterator begin() const { return items_.begin() + gap_; }
  [[nodiscard]] ConstIterator end() const { return items_.end(); }
  [[nodiscard]] std::size_t size() const { return items_.size() - static_cast<std::size_t>(gap_); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] Sequence& operator[](std::size_t i) { return items_[static_cast<std::size_t>(gap_) + i]; }
  [[nodiscard]] Sequence& back() { return items_.back(); }
  [[nodiscard]] Sequence* data() { return items_.data() + gap_; }
  [[nodiscard]] const Sequence* data() const { return items_.data() + gap_; }

  void reserve(std::size_t size) { items_.reserve(size); }
  void shrink_to_fit() {
    close_gap();
    items_.shrink_to_fit();
  }
  void clear() {
    items_.clear();
    gap_ = 0;
  }
  /// A new one, of nothing yet.
  Sequence& emplace_back() {
    if (items_.size() == items_.capacity() && gap_ > static_cast<std::ptrdiff_t>(items_.size() / 2)) close_gap();
    return items_.emplace_back();
  }
  void push_back(const Sequence& sequence) { emplace_back() = sequence; }
  void push_front(const Sequence& sequence) {
    if (gap_ > 0) items_[static_cast<std::size_t>(--gap_)] = sequence;
    else items_.insert(items_.begin(), sequence);
  }
  void erase(Iterator first, Iterator last) { items_.erase(first, last); }
  void erase(Iterator one) { items_.erase(one); }
  /// Those of these places, which rise.
  void erase(std::span<const std::uint32_t> places) {
    std::size_t front = 0;
    while (front < places.size() && places[front] == front) ++front;
    if (front < places.size()) erase_behind(places.subspan(front));
    gap_ += static_cast<std::ptrdiff_t>(front);
    if (empty()) clear();
  }

 private:
  void close_gap() {
    items_.erase(items_.begin(), begin());
    gap_ = 0;
  }
  void erase_behind(std::span<const std::uint32_t> places) {
    auto kept = begin() + places.front();
    std::size_t next = 0;
    for (std::size_t i = places.front(); i < size(); ++i) {
      if (next < places.size() && places[next] == i) ++next;
      else *kept++ = (*this)[i];
    }
    items_.erase(kept, end());
  }

  std::vector<Sequence> items_;
  std::ptrdiff_t gap_ = 0;  ///< places in front of the first
};

}  // namespace headroom

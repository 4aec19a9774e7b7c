#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/prefetch.hpp"
#include "base/quantile_sketch.hpp"
#include "headroom/id.hpp"
#include "serving/piece.hpp"

namespace headroom {

/// Times between the tokens of an instance's decoding sequences, a piece at a time. While decodes pause for a prefill
/// it remembers how many sequences of which class have waited since when.
class TokenGaps {
 public:
  /// One sketch for each request class.
  explicit TokenGaps(std::span<QuantileSketch> sketches) : sketches_(sketches), decodes_(sketches.size(), 0) {}

  /// A sequence of this class begins to decode with a token at `now`; `paused`: others did not decode in that step.
  void join(ClassId request_class, double now, bool paused) {
    ++decodes_[request_class.index()];
    if (paused) paused_.push_back({now, request_class, 1});
  }
  /// A sequence is done, with a token at the end of the present step.
  void finish(ClassId request_class) { --decodes_[request_class.index()]; }
  /// A sequence whose last token came at `last_token` gives up its place before it is done.
  void leave(ClassId request_class, double last_token) {
    --decodes_[request_class.index()];
    const auto gap = std::ranges::find_if(paused_, [&](const Gap& g) {
      return g.request_class == request_class && g.last_token == last_token && g.count > 0;
    });
    if (gap != paused_.end()) --gap->count;
  }
  /// A sequence that gave up its place, here or elsewhere, has its next token this long after its last.
  void resume(ClassId request_class, double gap) { sketches_[request_class.index()].add(gap); }

  /// The next step begins at `now` and does not decode.
  void pause(double now) {
    if (!paused_.empty()) return;
    for (std::size_t c = 0; c < decodes_.size(); ++c)
      if (decodes_[c] > 0) paused_.push_back({now, ClassId(c), decodes_[c]});
  }

  /// All sequences have decoded this many iterations of the piece, at least one.
  void decoded(const Piece& piece, std::uint64_t iterations) {
    const double first_end = piece.start + piece.elapsed(1);
    for (const Gap& gap : paused_)
      if (gap.count > 0) sketches_[gap.request_class.index()].add(first_end - gap.last_token, gap.count);
    const std::uint64_t from = paused_.empty() ? 0 : 1;
    paused_.clear();
    if (iterations == from) return;
    const double first = from == 0 ? first_end - piece.iteration_start : piece.duration(1);
    for (std::size_t c = 0; c < decodes_.size(); ++c)
      if (decodes_[c] > 0) sketches_[c].add_range(first, piece.growth, iterations - from, decodes_[c]);
  }

  /// Has the cache fetch what the next step will touch.
  void prefetch() const {
    headroom::prefetch(decodes_.data(), decodes_.size());
    headroom::prefetch(paused_.data(), paused_.size());
  }

  /// Nothing decodes any more.
  void clear() {
    paused_.clear();
    std::ranges::fill(decodes_, 0U);
  }

 private:
  struct Gap {
    double last_token;
    ClassId request_class;
    std::uint32_t count;
  };

  std::span<QuantileSketch> sketches_;
  std::vector<std::uint32_t> decodes_;  ///< decoding sequences by class
  std::vector<Gap> paused_;             ///< empty: the last tokens came at the start of the present step
};

}  // namespace headroom

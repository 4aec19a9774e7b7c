#pragma once

#include <vector>

#include "fleet/fleet.hpp"
#include "metrics/graph_result.hpp"

namespace headroom {

/// How long instances live, and what that costs.
class WorkerBooks final : public SliceWatch {
 public:
  explicit WorkerBooks(const Fleet& fleet) : fleet_(fleet) {}

  void occupied(SliceId id) override;
  void vacated(SliceId id) override;
  void power_cut(std::span<const ServerId> servers) override;
  /// By pool, up to now.
  [[nodiscard]] std::vector<WorkerResult> finish() const;

 private:
  struct Life {
    Seconds begin{};
    std::optional<Seconds> end{};
  };
  Life& life(SliceId id);
  void end(SliceId id);
  void add(const Slice& slice, double hours, Energy energy, WorkerResult& pool) const;

  const Fleet& fleet_;
  std::vector<Life> lives_;  ///< by slice; those of the start begin at 0
};

}  // namespace headroom

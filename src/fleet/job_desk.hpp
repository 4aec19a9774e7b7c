#pragma once

#include <optional>

#include "headroom/actions.hpp"

namespace headroom {

/// Does what controllers ask of training jobs.
class JobDesk {
 public:
  virtual ~JobDesk() = default;
  /// Every job has ended, or waits for servers that there are no more.
  [[nodiscard]] virtual bool over() const = 0;
  /// GPUs of all jobs, those to come too, may draw this part of TDP at most; none: as they like.
  virtual void limit_jobs(std::optional<double> cap_fraction) = 0;
  virtual void end_jobs(EndJobs::Which which) = 0;
};

}  // namespace headroom

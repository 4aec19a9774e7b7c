#pragma once

#include <cstdint>
#include <filesystem>

#include "base/output_file.hpp"
#include "metrics/report.hpp"
#include "metrics/run_listener.hpp"

namespace headroom {

/// Writes trace.json in the Chrome trace event format, which Perfetto opens: one track an instance with its runs of
/// steps, the events of the controllers on a track of their own, and KV caches under way by request. Times are in
/// microseconds.
class ChromeTrace final : public RunListener {
 public:
  explicit ChromeTrace(const std::filesystem::path& file);

  void ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps, Hertz clock,
           Power gpu_power) override;
  void travelled(const KvTransfer& transfer) override;
  /// Adds the report's events and ends the file.
  void close(const Report& report);

 private:
  OutputFile out_;
  std::uint64_t transfers_ = 0;
};

}  // namespace headroom

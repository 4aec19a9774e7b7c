#pragma once

#include <filesystem>

#include "base/output_file.hpp"
#include "metrics/report.hpp"
#include "metrics/run_listener.hpp"

namespace headroom {

/// Writes trace.json in the Chrome trace event format, which Perfetto opens: one track an instance with its runs of
/// steps, and the events of the controllers on a track of their own. Times are in microseconds.
class ChromeTrace final : public RunListener {
 public:
  explicit ChromeTrace(const std::filesystem::path& file);

  void ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps, Hertz clock,
           Power gpu_power) override;
  /// Adds the report's events and ends the file.
  void close(const Report& report);

 private:
  OutputFile out_;
};

}  // namespace headroom

#pragma once

#include <filesystem>

#include "base/output_file.hpp"
#include "metrics/run_listener.hpp"

namespace headroom {

/// Writes stages.csv, one line a stage of a job that is done, in order of their ends.
class StageCsv final : public RunListener {
 public:
  explicit StageCsv(const std::filesystem::path& file);

  void stage_done(const StageRecord& stage) override;
  void close() { out_.close(); }

 private:
  OutputFile out_;
};

}  // namespace headroom

#include "study/sweep_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/file.hpp"
#include "base/problem.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr const char* kPlan = "plan.json";
constexpr double kLargestResidual = 1e-9;

std::optional<std::string> content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Leaves a file that is as it should be alone, so that resuming a sweep writes nothing.
void write_where_changed(const fs::path& file, const std::string& text) {
  if (content_of(file) != text) write_atomically(file, text);
}

bool balances(const Json& summary) {
  return std::ranges::all_of(summary.at("checks"),
                             [](const Json& residual) { return residual.get<double>() < kLargestResidual; });
}

}  // namespace

SweepDirectory::SweepDirectory(fs::path folder, const std::string& study) : folder_(std::move(folder)) {
  const std::string where = "--out " + folder_.string();
  const bool is_new = !fs::exists(folder_) || (fs::is_directory(folder_) && fs::is_empty(folder_));
  if (!is_new && !fs::exists(folder_ / kPlan)) throw InputError(where, "exists already and is not that of a sweep");
  if (!is_new && !study.empty())
    if (const std::string other = plan().study; other != study)
      throw InputError(where, "holds the sweep of the study \"" + other + "\", not of \"" + study + '"');
}

SweepDirectory::~SweepDirectory() {
  ::close(lock_);
}

/// The lock is the system's and ends with the process, however that ends.
void SweepDirectory::lock() {
  const std::string where = "--out " + folder_.string();
  std::error_code error;
  for (const char* part : {"points", "logs", "scenarios"})
    if (!error) fs::create_directories(folder_ / part, error);
  if (error) throw InputError(where, "cannot be made: " + error.message());
  lock_ = ::open((folder_ / "points").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) throw InputError(where, "another sweep is at work in it");
}

void SweepDirectory::prepare(const ResolvedPlan& resolved) {
  lock();
  const SweepPlan& plan = resolved.plan;
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    const PointRun run = run_of(plan.points[i]);
    if (resolved.scenarios[i].empty()) write_where_changed(run.log, plan.points[i].problem + "\n");
    else write_where_changed(run.scenario, resolved.scenarios[i]);
  }
  write_where_changed(folder_ / kPlan, plan_text(plan));
  const bool complete = std::ranges::all_of(plan.points, [&](const PlannedPoint& p) { return is_done(plan, p); });
  if (complete) return;
  for (const char* table : {"sweep.json", "sweep.csv"}) fs::remove(folder_ / table);
}

SweepPlan SweepDirectory::plan() const {
  return read_plan(folder_ / kPlan);
}

bool SweepDirectory::is_done(const SweepPlan& plan, const PlannedPoint& point) const {
  if (!point.problem.empty()) return false;
  const PointRun run = run_of(point);
  const auto resolved = content_of(run.out / "resolved.json");
  if (!resolved || resolved != content_of(run.scenario)) return false;
  try {
    const Json written = summary(point);
    return written.at("version") == plan.version && balances(written);
  } catch (const std::exception&) {
    return false;  // damaged, so it is not done
  }
}

Json SweepDirectory::summary(const PlannedPoint& point) const {
  return parse_json_file(run_of(point).out / "summary.json");
}

PointRun SweepDirectory::run_of(const PlannedPoint& point) const {
  return {point.name, folder_ / "scenarios" / (point.name + ".json"), folder_ / "points" / point.name,
          folder_ / "logs" / (point.name + ".log")};
}

}  // namespace headroom

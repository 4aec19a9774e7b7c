#include "app/output_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.hpp"
#include "base/problem.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr std::array kFiles = {"summary.json",  "power.json", "latency.json",  "events.json", "requests.csv",
                               "resolved.json", "trace.json", "spectrum.json", "grid.json"};

/// Whether a directory holds nothing but what Headroom writes.
bool is_output(const fs::path& directory) {
  if (!fs::is_directory(directory)) return false;
  return std::ranges::all_of(fs::directory_iterator(directory), [](const fs::directory_entry& entry) {
    return std::ranges::find(kFiles, entry.path().filename().string()) != kFiles.end();
  });
}

}  // namespace

OutputDirectory::OutputDirectory(fs::path target, bool force) : target_(std::move(target).lexically_normal()) {
  if (!target_.has_filename()) target_ = target_.parent_path();
  if (target_.empty() || target_ == "." || target_ == ".." || target_ == "/")
    throw InputError("--out", "must name a directory of its own");
  if (fs::exists(fs::symlink_status(target_)) && !force)
    throw InputError("--out " + target_.string(), "exists already; choose another name or add --force to replace it");
  if (fs::exists(target_) && !is_output(target_))
    throw InputError("--out " + target_.string(),
                     "holds other things than an output of headroom, --force does not replace it");
  temporary_ = target_;
  temporary_ += ".tmp" + std::to_string(::getpid());
  for (fs::path parent = target_.parent_path(); !parent.empty() && !fs::exists(parent); parent = parent.parent_path())
    made_parents_.push_back(parent);
  std::error_code error;
  fs::create_directories(temporary_, error);
  if (!error) return;
  remove_all();
  throw InputError("--out " + target_.string(), "cannot be made: " + error.message());
}

OutputDirectory::~OutputDirectory() {
  if (!published_) remove_all();
}

/// Parents that others put something into meanwhile stay.
void OutputDirectory::remove_all() {
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
  for (const auto& parent : made_parents_) fs::remove(parent, ignored);
}

void OutputDirectory::publish() {
  for (const auto& entry : fs::directory_iterator(temporary_)) sync_to_disk(entry.path());
  sync_to_disk(temporary_);
  // An old directory steps aside by a rename first, so that there is never half of one under the final name.
  fs::path aside = target_;
  aside += ".old" + std::to_string(::getpid());
  const bool replaces = fs::exists(fs::symlink_status(target_));
  if (replaces) fs::rename(target_, aside);
  try {
    fs::rename(temporary_, target_);
  } catch (...) {
    if (replaces) fs::rename(aside, target_);
    throw;
  }
  published_ = true;
  if (replaces) fs::remove_all(aside);
}

}  // namespace headroom

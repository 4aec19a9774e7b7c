#include "app/output_directory.hpp"

#include "app/known_output.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/problem.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

std::string option(const fs::path& target) {
  return "--out " + target.string();
}

bool is_there(const fs::path& path) {
  std::error_code absent;
  return fs::exists(fs::symlink_status(path, absent));
}

/// Gives what was in the place of an output, and is none, a name of its own.
fs::path set_aside(const fs::path& foreign, const fs::path& target) {
  for (int number = 1;; ++number) {
    fs::path name = target;
    name += ".kept" + std::to_string(number);
    if (rename_to_free(foreign, name)) return name;
  }
}

/// Refuses what `--out` cannot be; with `force` follows symlinks to what is to be replaced, so that they stay.
fs::path checked(const fs::path& given, bool force) {
  fs::path target = given.lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  if (target.empty() || target == "." || target == ".." || target == "/")
    throw InputError("--out", "must name a directory of its own");
  if (!is_there(target)) return target;
  if (!force) throw InputError(option(target), "exists already; choose another name or add --force to replace it");
  if (fs::is_symlink(target)) {
    std::error_code error;
    const fs::path meant = fs::canonical(target, error);
    if (error) throw InputError(option(target), "is a symbolic link that leads nowhere: " + error.message());
    target = meant;
  }
  if (!is_known_output(target))
    throw InputError(option(target), "holds other things than an output of headroom, --force does not replace it");
  return target;
}

}  // namespace

OutputDirectory::OutputDirectory(const fs::path& target, bool force)
    : target_(checked(target, force)), replaced_(identity_of(target_)), force_(force) {
  for (fs::path parent = target_.parent_path(); !parent.empty() && !is_there(parent); parent = parent.parent_path())
    made_parents_.push_back(parent);
  try {
    if (target_.has_parent_path()) fs::create_directories(target_.parent_path());
    temporary_ = make_directory_beside(target_);
  } catch (const fs::filesystem_error& error) {
    remove_all();
    throw InputError(option(target_), "cannot be made: " + error.code().message());
  }
}

OutputDirectory::~OutputDirectory() {
  if (!published_) remove_all();
}

/// Parents that others put something into meanwhile stay.
void OutputDirectory::remove_all() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
  for (const auto& parent : made_parents_) fs::remove(parent, ignored);
}

void OutputDirectory::publish() {
  for (const auto& entry : fs::directory_iterator(temporary_)) sync_to_disk(entry.path());
  sync_to_disk(temporary_);
  published_ = true;  // or kept, from here on: what has been computed is not thrown away
  if (!rename_to_free(temporary_, target_)) replace();
  sync_to_disk(target_.has_parent_path() ? target_.parent_path() : ".");
}

/// What is there is looked at once more after it has stepped aside: it may have changed while the run went on.
void OutputDirectory::replace() {
  if (!force_ || identity_of(target_) != replaced_)
    throw InputError(option(target_),
                     "has appeared while the run went on and is left alone; the result is in " + temporary_.string());
  exchange(temporary_, target_);
  if (identity_of(temporary_) == replaced_ && is_known_output(temporary_)) {
    fs::remove_all(temporary_);
    return;
  }
  const fs::path kept = set_aside(temporary_, target_);
  log::warn(option(target_) + ": became something while the run went on that --force does not replace, which is now " +
            kept.string());
}

}  // namespace headroom

#pragma once

#include <chrono>
#include <optional>

#include "app/warnings.hpp"
#include "profile/profile_cache.hpp"

namespace headroom {

/// How far a profile is, rewritten in place on stderr. Silent where that is no terminal, and where it is to be quiet.
class ProfileProgress {
 public:
  explicit ProfileProgress(bool quiet);
  ~ProfileProgress();
  void update(std::size_t done, std::size_t of);

 private:
  bool shows_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// The profile of a scenario, made on so many threads (0: one a core) where it is not in the folder; by the models as
/// they are, whatever their errors in the run.
[[nodiscard]] ProfileTable profile_with_progress(LoadedScenario& loaded, const std::filesystem::path& folder,
                                                 std::size_t threads, bool quiet, Warned& warned);

/// Of a run whose policies ask for one, from the user's cache.
[[nodiscard]] std::optional<ProfileTable> profile_of_run(LoadedScenario& loaded, bool quiet, Warned& warned);

}  // namespace headroom

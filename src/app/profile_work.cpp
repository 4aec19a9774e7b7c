#include "app/profile_work.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "app/progress.hpp"
#include "base/interrupt.hpp"
#include "base/readable.hpp"
#include "base/text.hpp"

namespace headroom {

ProfileProgress::ProfileProgress(bool quiet) : shows_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

ProfileProgress::~ProfileProgress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void ProfileProgress::update(std::size_t done, std::size_t of) {
  stop_if_interrupted();
  if (!shows_) return;
  shown_ = true;
  const Seconds gone(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count());
  std::string text = "profile: " + grouped(done) + " of " + grouped(of) + " pairs of variant and pool";
  if (done > 0) text += ", " + readable(gone * (static_cast<double>(of - done) / static_cast<double>(done))) + " left";
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
  std::fflush(stderr);
}

namespace {

/// A scenario whose models have no errors meanwhile.
class WithoutDraw {
 public:
  explicit WithoutDraw(Scenario& scenario)
      : scenario_(scenario), draw_(std::exchange(scenario.model_draw, std::nullopt)) {}
  ~WithoutDraw() { scenario_.model_draw = draw_; }
  WithoutDraw(const WithoutDraw&) = delete;
  WithoutDraw& operator=(const WithoutDraw&) = delete;

 private:
  Scenario& scenario_;
  std::optional<std::uint64_t> draw_;
};

}  // namespace

ProfileTable profile_with_progress(LoadedScenario& loaded, const std::filesystem::path& folder, std::size_t threads,
                                   bool quiet, Warned& warned) {
  ProfileProgress progress(quiet);
  const ProfileWork work{threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency()),
                         [&](std::size_t done, std::size_t of) { progress.update(done, of); }};
  Warnings warnings;
  const WithoutDraw as_they_are(loaded.scenario);
  ProfileTable profile = kept_profile(loaded, folder, work, warnings);
  warned(warnings);
  return profile;
}

std::optional<ProfileTable> profile_of_run(LoadedScenario& loaded, bool quiet, Warned& warned) {
  if (!loaded.scenario.needs_profile()) return std::nullopt;
  return profile_with_progress(loaded, cache_folder(), 0, quiet, warned);
}

}  // namespace headroom

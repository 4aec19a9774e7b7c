// What the backstop of a site does to its training jobs.
#include <array>

#include "jobs/training.hpp"

namespace headroom {

void Training::watch(const Event&) {
  if (now() >= next_look_) {
    const Backstop::Tier tier = backstop_.look(site_.tree().power(watched_));
    if (tier != std::exchange(tier_, tier)) answers_.push_back({on_grid(now() + backstop_.delay()), tier});
    next_look_ = on_grid(next_look_ + backstop_.sample());
  }
  while (!answers_.empty() && answers_.front().due <= now()) {
    const Backstop::Tier tier = answers_.front().tier;
    answers_.pop_front();
    answer(tier);
  }
  const Seconds due = answers_.empty() ? next_look_ : std::min(next_look_, answers_.front().due);
  queue_.set_timer(EventKind::backstop, 0, over() ? Smoother::kNever : due);
}

void Training::answer(Backstop::Tier tier) {
  constexpr std::array words = {"calm: throttle ends", "throttle", "shed the largest job", "disconnect all jobs"};
  log_.happened("backstop", site_.tree().path(watched_), words[static_cast<std::size_t>(tier)], now());
  throttled_ = tier != Backstop::Tier::none;
  if (tier == Backstop::Tier::shed) end_largest();
  for (std::size_t j = 0; j < jobs_.size(); ++j) {
    if (jobs_[j].cohorts.empty()) continue;
    if (tier == Backstop::Tier::disconnect) end(j);
    else apply_limit(jobs_[j]);
  }
}

void Training::end_largest() {
  std::optional<std::size_t> largest;
  for (std::size_t j = 0; j < jobs_.size(); ++j)
    if (!jobs_[j].cohorts.empty() && (!largest || jobs_[j].gpus > jobs_[*largest].gpus)) largest = j;
  if (largest) end(*largest);
}

}  // namespace headroom

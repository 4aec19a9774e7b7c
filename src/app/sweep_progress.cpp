#include "app/sweep_progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "app/progress.hpp"
#include "base/readable.hpp"
#include "base/text.hpp"

namespace headroom {

SweepProgress::SweepProgress(std::size_t points, std::size_t done, bool quiet)
    : points_(points), before_(done), quiet_(quiet), on_terminal_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

SweepProgress::~SweepProgress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void SweepProgress::started(const PointRun&) {
  ++running_;
  show();
}

void SweepProgress::ended(const PointRun& run, bool succeeded) {
  --running_;
  ++(succeeded ? succeeded_ : failed_);
  if (!quiet_ && !on_terminal_)
    std::fprintf(stderr, "%s of %s: %s %s\n", grouped(before_ + succeeded_ + failed_).c_str(), grouped(points_).c_str(),
                 run.name.c_str(), succeeded ? "done" : "FAILED");
  show();
}

void SweepProgress::waiting() {
  show();
}

void SweepProgress::show() {
  if (!on_terminal_) return;
  shown_ = true;
  const std::size_t ended = succeeded_ + failed_;
  std::string line =
      grouped(before_ + ended) + " of " + grouped(points_) + " points, " + grouped(running_) + " running";
  if (failed_ > 0) line += ", " + grouped(failed_) + " failed";
  if (ended > 0) {
    const double each = std::chrono::duration<double>(Clock::now() - begun_).count() / static_cast<double>(ended);
    line += ", " + readable(Seconds(each * static_cast<double>(points_ - before_ - ended))) + " left";
  }
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

}  // namespace headroom

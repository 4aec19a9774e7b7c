#include "app/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "base/readable.hpp"
#include "base/text.hpp"

namespace headroom {

Progress::Progress(std::optional<Seconds> until) : on_terminal_(::isatty(STDERR_FILENO) != 0), until_(until) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::update(Seconds simulated, std::uint64_t requests) {
  if (!on_terminal_) return;
  const auto now = Clock::now();
  if (now - last_ < std::chrono::milliseconds(200)) return;
  last_ = now;
  shown_ = true;
  const double wall = std::chrono::duration<double>(now - begun_).count();
  const double speed = simulated.value() / wall;
  std::string line = "simulated " + readable(simulated) + ", " + grouped(static_cast<std::uint64_t>(speed)) +
                     " x real time, " + grouped(requests) + " requests (" +
                     grouped(static_cast<std::uint64_t>(static_cast<double>(requests) / wall)) + "/s)";
  if (until_ && speed > 0) line += ", " + readable((*until_ - simulated) / speed) + " left";
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

}  // namespace headroom

#include "app/progress.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

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

std::string readable(Seconds time) {
  const auto seconds = static_cast<long>(time.value() + 0.5);
  std::array<char, 48> text{};
  if (seconds < 60) std::snprintf(text.data(), text.size(), "%ld s", seconds);
  else if (seconds < 3600) std::snprintf(text.data(), text.size(), "%ld:%02ld min", seconds / 60, seconds % 60);
  else if (seconds < 86400) std::snprintf(text.data(), text.size(), "%ld:%02ld h", seconds / 3600, seconds / 60 % 60);
  else std::snprintf(text.data(), text.size(), "%ld d %02ld h", seconds / 86400, seconds / 3600 % 24);
  return text.data();
}

}  // namespace headroom

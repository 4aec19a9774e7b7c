#include "base/own_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <stdexcept>

namespace headroom {
namespace {

/// What a child says, before its process ends.
[[noreturn]] void say_and_end(int end, const std::function<std::string()>& say) {
  std::string text;
  int code = 0;
  try {
    text = say();
  } catch (const std::exception& error) {
    text = error.what();
    code = 1;
  }
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t wrote = ::write(end, text.data() + sent, text.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) ::_exit(2);
    sent += static_cast<std::size_t>(wrote);
  }
  ::_exit(code);
}

std::string read_all(int end) {
  std::string text;
  std::array<char, 65536> part{};
  for (;;) {
    const ssize_t got = ::read(end, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::string in_own_process(const std::function<std::string()>& say) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe to another process");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no other process can be made");
  if (child == 0) say_and_end(ends[1], say);
  ::close(ends[1]);
  std::string text = read_all(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error(text.empty() ? "it died without a word" : text);
  return text;
}

}  // namespace headroom

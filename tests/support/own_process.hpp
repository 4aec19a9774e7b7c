#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <stdexcept>
#include <string>

namespace headroom::test {

/// What `say()` returns in a child of this process, which ends with it: a process can have one SimGrid engine only.
/// Throws where the child does, or dies.
template <class Say>
std::string in_own_process(const Say& say) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no child process");
  if (child == 0) {
    std::string text;
    int code = 0;
    try {
      text = say();
    } catch (const std::exception& error) {
      text = error.what();
      code = 1;
    }
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t wrote = write(ends[1], text.data() + sent, text.size() - sent);
      if (wrote <= 0) _exit(2);
      sent += static_cast<std::size_t>(wrote);
    }
    _exit(code);
  }
  close(ends[1]);
  std::string text;
  char part[4096];
  for (ssize_t got = 0; (got = read(ends[0], part, sizeof part)) > 0;) text.append(part, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("the child failed: " + text);
  return text;
}

}  // namespace headroom::test

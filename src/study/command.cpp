#include "study/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace headroom {
namespace {

void expect(int error, const std::string& what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

/// A pipe whose ends no child inherits by itself.
class Pipe {
 public:
  Pipe() { expect(::pipe2(ends_.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe"); }
  ~Pipe() {
    ::close(ends_[0]);
    close_writing();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

/// How a child starts: reads nothing, writes to two pipes, in a process group of its own, with no signal held back.
class SpawnSetup {
 public:
  SpawnSetup(const Pipe& out, const Pipe& err) {
    expect(::posix_spawn_file_actions_init(&files_), "posix_spawn");
    expect(::posix_spawnattr_init(&attributes_), "posix_spawn");
    expect(::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0), "posix_spawn");
    expect(::posix_spawn_file_actions_adddup2(&files_, out.writing(), STDOUT_FILENO), "posix_spawn");
    expect(::posix_spawn_file_actions_adddup2(&files_, err.writing(), STDERR_FILENO), "posix_spawn");
    sigset_t none{};
    sigemptyset(&none);
    expect(::posix_spawnattr_setsigmask(&attributes_, &none), "posix_spawn");
    expect(::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK), "posix_spawn");
  }
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  /// The child, or nothing where there is no such program.
  std::optional<pid_t> spawn(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, arguments[0], &files_, &attributes_, arguments.data(), environ);
    if (error == ENOENT) return std::nullopt;
    expect(error, words.front());
    return child;
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

/// Appends what a pipe has to `text`; whether there may be more.
bool drain(int pipe, std::string& text) {
  std::array<char, 4096> part{};
  const ssize_t got = ::read(pipe, part.data(), part.size());
  if (got < 0) return errno == EINTR;
  text.append(part.data(), static_cast<std::size_t>(got));
  return got > 0;
}

/// Reads both pipes, whichever has something, to their ends.
void read_both(int out, int err, CommandResult& result) {
  std::array<pollfd, 2> pipes{{{out, POLLIN, 0}, {err, POLLIN, 0}}};
  const std::array<std::string*, 2> texts{&result.out, &result.err};
  while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
    if (::poll(pipes.data(), pipes.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < pipes.size(); ++i)
      if (pipes[i].revents != 0 && !drain(pipes[i].fd, *texts[i])) pipes[i].fd = -1;
  }
}

int exit_code(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) expect(errno == EINTR ? 0 : errno, "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::optional<CommandResult> run_program(const std::vector<std::string>& words) {
  Pipe out, err;
  const auto child = SpawnSetup(out, err).spawn(words);
  if (!child) return std::nullopt;
  out.close_writing();
  err.close_writing();
  CommandResult result;
  read_both(out.reading(), err.reading(), result);
  result.exit_code = exit_code(*child);
  return result;
}

}  // namespace headroom

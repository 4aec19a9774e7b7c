#include "study/local_launcher.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "base/interrupt.hpp"
#include "base/problem.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

/// In the child: says why it cannot go on, in the log where it is open.
[[noreturn]] void give_up(const char* what) {
  ::dprintf(2, "headroom: %s: %s\n", what, std::strerror(errno));
  ::_exit(1);
}

/// In the child: becomes `headroom run`, its output going into the log. Never returns.
[[noreturn]] void become(const std::vector<char*>& arguments, const char* log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died meanwhile
  const int out = ::open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (out < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) give_up(log);
  ::execv("/proc/self/exe", arguments.data());  // this program, even if another has taken its name meanwhile
  give_up("cannot start headroom");
}

pid_t start(const PointRun& run, const HeldSignals& signals) {
  auto words = arguments_of(run);
  words.insert(words.begin(), "headroom");
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  if (child > 0) return child;
  leave_interrupts();
  signals.restore();
  become(arguments, run.log.c_str(), parent);
}

/// A process that was killed says nothing itself.
void note_signal(const PointRun& run, int number) {
  std::ofstream(run.log, std::ios::app) << "headroom: ended by signal " << number << " (" << ::strsignal(number)
                                        << ")\n";
}

}  // namespace

void LocalLauncher::run(std::span<const PointRun> runs, LaunchObserver& observer) {
  const HeldSignals signals;
  stop_if_interrupted(kGoesOn);
  std::size_t next = 0;
  while (next < runs.size() || !running_.empty()) {
    while (next < runs.size() && running_.size() < jobs_) {
      observer.started(runs[next]);
      running_.emplace(start(runs[next], signals), &runs[next]);
      ++next;
    }
    const int number = signals.wait();
    if (asks_to_stop(number)) {
      stop(signals);
      throw Interrupted(kGoesOn, number);
    }
    reap(observer);
    observer.waiting();
  }
}

void LocalLauncher::reap(LaunchObserver& observer) {
  int status = 0;
  for (pid_t child = 0; (child = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    const auto ended = running_.find(child);
    if (ended == running_.end()) continue;
    if (WIFSIGNALED(status)) note_signal(*ended->second, WTERMSIG(status));
    observer.ended(*ended->second, WIFEXITED(status) && WEXITSTATUS(status) == 0);
    running_.erase(ended);
  }
}

/// Who asks again does not wait for the runs to tidy up.
void LocalLauncher::stop(const HeldSignals& signals) {
  for (const auto& [child, unused] : running_) ::kill(child, SIGTERM);
  while (!running_.empty()) {
    std::erase_if(running_, [](const auto& run) {
      if (::waitpid(run.first, nullptr, WNOHANG) == 0) return false;
      std::error_code ignored;
      fs::remove(run.second->log, ignored);  // it has not failed
      return true;
    });
    if (running_.empty() || !asks_to_stop(signals.wait())) continue;
    for (const auto& [child, unused] : running_) ::kill(child, SIGKILL);
  }
}

}  // namespace headroom

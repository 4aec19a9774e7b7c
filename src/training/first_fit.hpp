#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "headroom/id.hpp"

namespace headroom {

using JobId = Id<struct JobTag>;  ///< a training job, in order of submission

/// Gives jobs whole servers: the lowest free ones, to the job that was submitted first. A job that does not fit waits,
/// and all behind it wait too (no backfill).
class FirstFit {
 public:
  /// All servers are free.
  explicit FirstFit(std::vector<ServerId> servers);

  struct Start {
    JobId job;
    std::vector<ServerId> servers;  ///< in increasing order
  };

  /// Jobs come in order of their submission; none may ask for more servers than there were at first.
  void submit(JobId job, std::uint32_t servers);
  /// The next job that can start now, which then holds its servers.
  [[nodiscard]] std::optional<Start> start();
  /// A job has ended: its servers are free, but for those that were withdrawn meanwhile.
  void release(std::span<const ServerId> servers);
  /// No job gets these any more.
  void withdraw(std::span<const ServerId> servers);
  /// The next job that asks for more servers than are left, which stops waiting.
  [[nodiscard]] std::optional<JobId> give_up();

  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
  [[nodiscard]] std::size_t free_servers() const { return free_.size(); }

 private:
  struct Request {
    JobId job;
    std::uint32_t servers;
  };
  std::size_t most_;
  std::vector<ServerId> servers_, free_;  ///< in increasing order
  std::deque<Request> queue_;
  std::deque<JobId> hopeless_;  ///< ask for more servers than are left
};

}  // namespace headroom

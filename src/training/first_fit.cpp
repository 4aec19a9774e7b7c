#include "training/first_fit.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.hpp"

namespace headroom {

FirstFit::FirstFit(std::vector<ServerId> servers) : most_(servers.size()), servers_(std::move(servers)) {
  std::ranges::sort(servers_);
  free_ = servers_;
}

void FirstFit::submit(JobId job, std::uint32_t servers) {
  check_that(servers > 0 && servers <= most_, "a job asks for servers that there are");
  if (servers > servers_.size()) hopeless_.push_back(job);
  else queue_.push_back({job, servers});
}

std::optional<FirstFit::Start> FirstFit::start() {
  if (queue_.empty() || queue_.front().servers > free_.size()) return std::nullopt;
  const Request next = queue_.front();
  queue_.pop_front();
  const auto end = free_.begin() + static_cast<std::ptrdiff_t>(next.servers);
  Start start{next.job, {free_.begin(), end}};
  free_.erase(free_.begin(), end);
  return start;
}

void FirstFit::release(std::span<const ServerId> servers) {
  std::ranges::copy_if(servers, std::back_inserter(free_),
                       [&](ServerId server) { return std::ranges::binary_search(servers_, server); });
  std::ranges::sort(free_);
  check_that(free_.size() <= servers_.size(), "no more servers are free than there are");
}

void FirstFit::withdraw(std::span<const ServerId> servers) {
  std::vector<ServerId> sorted(servers.begin(), servers.end());
  std::ranges::sort(sorted);
  const auto is_withdrawn = [&](ServerId server) { return std::ranges::binary_search(sorted, server); };
  std::erase_if(servers_, is_withdrawn);
  std::erase_if(free_, is_withdrawn);
  std::erase_if(queue_, [&](const Request& request) {
    const bool is_hopeless = request.servers > servers_.size();
    if (is_hopeless) hopeless_.push_back(request.job);
    return is_hopeless;
  });
}

std::optional<JobId> FirstFit::give_up() {
  if (hopeless_.empty()) return std::nullopt;
  const JobId job = hopeless_.front();
  hopeless_.pop_front();
  return job;
}

}  // namespace headroom

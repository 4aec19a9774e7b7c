#include "training/first_fit.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace headroom {

FirstFit::FirstFit(std::vector<ServerId> servers) : servers_(servers.size()), free_(std::move(servers)) {
  std::ranges::sort(free_);
}

void FirstFit::submit(JobId job, std::uint32_t servers) {
  check_that(servers > 0 && servers <= servers_, "a job asks for servers that there are");
  queue_.push_back({job, servers});
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
  free_.insert(free_.end(), servers.begin(), servers.end());
  std::ranges::sort(free_);
  check_that(free_.size() <= servers_, "no more servers are free than there are");
}

}  // namespace headroom

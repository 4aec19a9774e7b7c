#pragma once

#include <optional>

#include "kernel/event_queue.hpp"

namespace headroom {

/// Ends a run: at its duration, or without one when all its requests, jobs and job graphs are over.
class RunEnd {
 public:
  RunEnd(std::optional<Seconds> duration, bool has_jobs, EventQueue& queue, bool has_graphs = false)
      : queue_(queue), waits_(!duration), jobs_over_(!has_jobs), graphs_over_(!has_graphs) {
    queue_.on<&RunEnd::end>(EventKind::end, *this);
    if (duration) queue_.push(*duration, EventKind::end);
  }

  /// No request is under way, and none will come.
  void requests_are_over() {
    requests_over_ = true;
    stop_if_over();
  }
  /// No job runs, and none will start.
  void jobs_are_over() {
    jobs_over_ = true;
    stop_if_over();
  }
  /// No job graph is under way, and none will come.
  void graphs_are_over() {
    graphs_over_ = true;
    stop_if_over();
  }

 private:
  void end(const Event&) { queue_.stop(); }
  void stop_if_over() {
    if (waits_ && requests_over_ && jobs_over_ && graphs_over_) queue_.stop();
  }

  EventQueue& queue_;
  bool waits_;  ///< for requests and jobs
  bool requests_over_ = false;
  bool jobs_over_;
  bool graphs_over_;
};

}  // namespace headroom

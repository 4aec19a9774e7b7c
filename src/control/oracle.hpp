#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "headroom/demand.hpp"
#include "headroom/foresight.hpp"
#include "kernel/event_queue.hpp"
#include "scenario/history_config.hpp"
#include "trace/classes.hpp"
#include "trace/request_source.hpp"

namespace headroom {

/// The foresight of a run: it reads the run's requests once more, ahead of it, and errs as /foresight says.
class Oracle final : public Foresight {
 public:
  /// `requests` yields those of the run; queue and configuration outlive this. An InputError where `alike`, which
  /// stands at `where`, names a type that no request has.
  Oracle(const ForesightConfig& config, const ClassTable& classes, std::unique_ptr<RequestSource> requests,
         const EventQueue& queue, const std::string& where);

  [[nodiscard]] ClassId class_of(const Request& request) const override;
  [[nodiscard]] Seconds lead() const override { return config_.lead; }
  using Foresight::load;
  [[nodiscard]] std::optional<ForeseenLoad> load(std::span<const ClassId> ids, Seconds from, Seconds length) override;

 private:
  void find_alike(const ClassTable& classes, const std::string& where);
  void read_until(std::uint64_t bin);
  void forget_before(std::uint64_t bin);
  [[nodiscard]] double error_of(std::span<const ClassId> ids, std::uint64_t first, std::uint64_t bins) const;

  const ForesightConfig& config_;
  const EventQueue& queue_;
  std::unique_ptr<RequestSource> requests_;
  std::optional<Request> next_;                 ///< read, but not yet among the bins
  std::vector<std::vector<ClassId>> mistakes_;  ///< by class: what else it may be taken for
  std::vector<std::deque<Asked>> bins_;         ///< by class
  std::uint64_t first_bin_ = 0;                 ///< the number of the front one
};

}  // namespace headroom

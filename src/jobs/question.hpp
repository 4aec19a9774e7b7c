#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/planner.hpp"
#include "metrics/chains_result.hpp"
#include "workflow/chains.hpp"

namespace headroom {

/// The chains of reasoning for one question: which are live, whom planners stop, and what they answer together.
class Question {
 public:
  /// `planners` and `config` outlive it.
  Question(const ChainsConfig& config, double mean_tokens, std::uint32_t chains, std::uint64_t seed,
           std::span<const std::unique_ptr<Planner>> planners);

  [[nodiscard]] std::uint32_t tokens(std::uint32_t chain) const { return chains_[chain].drawn.tokens(); }
  /// The instance that its chains run on, so that they share their prompt; none yet.
  [[nodiscard]] std::optional<InstanceId> home() const { return home_; }
  /// An instance took a chain as this request.
  void taken(std::uint32_t chain, std::uint64_t request, InstanceId by) {
    chains_[chain].request = request;
    home_ = by;
  }
  [[nodiscard]] std::uint64_t request(std::uint32_t chain) const { return chains_[chain].request; }
  /// Tokens at which a chain's next thought ends that a planner hears of.
  [[nodiscard]] std::uint32_t report_at(std::uint32_t chain) const { return chains_[chain].report_at; }
  /// The chain that is to be stopped, as that thought of this one is complete.
  [[nodiscard]] std::optional<std::uint32_t> whom_to_stop(std::uint32_t chain);
  void stop(std::uint32_t chain) { chains_[chain].state = State::stopped; }
  /// It could not be stopped.
  void live_on(std::uint32_t chain) { chains_[chain].state = State::live; }
  [[nodiscard]] bool is_stopped(std::uint32_t chain) const { return chains_[chain].state == State::stopped; }
  /// That thought is past.
  void go_on(std::uint32_t chain);
  /// A chain is done or cancelled, with so many tokens in so long a time since the first.
  void end(std::uint32_t chain, std::uint32_t tokens, Seconds held, ChainsResult& result);

 private:
  enum class State : std::uint8_t { live, stopped, done };
  struct One {
    Chain drawn;
    State state = State::live;
    std::uint32_t report_at = Sequence::kNever;
    std::uint64_t request = 0;
  };
  [[nodiscard]] std::optional<std::uint32_t> another(std::uint32_t chain);

  std::span<const std::unique_ptr<Planner>> planners_;
  std::vector<One> chains_;
  std::uint32_t under_way_;
  RandomStream choice_;
  std::optional<InstanceId> home_;
};

}  // namespace headroom

#pragma once

#include <optional>
#include <vector>

#include "model/outcomes.hpp"
#include "model/prompt_steps.hpp"
#include "model/spread.hpp"
#include "model/steady_state.hpp"

namespace headroom {

/// An instance long after its first arrival, with Poisson arrivals.
struct OpenState {
  double busy_fraction = 0;     ///< of the time
  Spread batch;                 ///< requests in it, over time
  double waiting = 0;           ///< requests that are not admitted yet, mean over time
  Spread ttft_s;                ///< arrival to first token
  std::optional<Spread> tbt_s;  ///< between tokens, each on its own; none where requests have one token
  Seconds e2e{};                ///< arrival to last token, mean
  Power gpu_power{};            ///< of one GPU, mean over time
};

/// Requests that come to an instance by themselves and share its steps equally; those that find it full wait in order.
class OpenLoad {
 public:
  /// `request`, whose batch does not count, is what each is like; its output tokens scatter around their mean by
  /// `output_cv`. At most `most_in_batch` (at least 1) are admitted at a time.
  OpenLoad(const LimitedGpu& gpu, const SteadyLoad& request, double most_in_batch, double output_cv);

  /// Arrivals per second from which on the queue grows without end.
  [[nodiscard]] double capacity_per_s() const;
  /// None where the rate, which is above 0, is not below the capacity.
  [[nodiscard]] std::optional<OpenState> at(double rate_per_s) const;

 private:
  /// With so many in its batch all the time.
  struct Point {
    double batch;
    double life_s;  ///< of a request
    double gpu_w;
  };
  struct Chain;

  [[nodiscard]] Point with(double batch) const;
  [[nodiscard]] Chain chain(double rate_per_s) const;
  [[nodiscard]] std::vector<PromptStep> steps_of(double batch) const;
  [[nodiscard]] std::vector<Way> mixed_gaps(const SteadyLoad& load) const;
  [[nodiscard]] std::vector<Way> paused_gaps(const SteadyLoad& load) const;
  void add_first_tokens(const CountOutcome& batch, double rate_per_s, std::vector<Way>& ways) const;
  void add_gaps(const CountOutcome& batch, std::vector<Way>& ways) const;

  LimitedGpu gpu_;
  SteadyLoad request_;
  double most_;
  double output_cv_;
  std::vector<Point> points_;  ///< by rising batch
};

}  // namespace headroom

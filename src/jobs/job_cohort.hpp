#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "facility/server_power.hpp"
#include "scenario/smoothing.hpp"
#include "training/job_clock.hpp"
#include "training/waveform.hpp"

namespace headroom {

/// A server of a job: how many of its GPUs the job has, and what the others draw.
struct JobServer {
  const ServerPower* power = nullptr;
  std::uint32_t gpus = 0;        ///< of the job, at least 1
  std::uint32_t other_gpus = 0;  ///< idle
  Power idle{};                  ///< of one GPU

  [[nodiscard]] Power inlet(Power per_gpu) const {
    return power->inlet(per_gpu * static_cast<double>(gpus) + idle * static_cast<double>(other_gpus));
  }
};

/// Servers of a job that move together: one of them is followed, from what a GPU wants through the stages at the GPU,
/// the server, and the stages at the rack.
class JobCohort {
 public:
  /// `clock` outlives it.
  JobCohort(std::unique_ptr<Waveform> waveform, const JobClock& clock, const JobServer& server,
            const SmoothingConfig& smoothing, const JobLimit& limit, const PolicyContext& context, Seconds now);

  /// Takes the next step of the waveform where the present one is over, and brings all stages to `now`.
  void advance(Seconds now);
  /// What is left of the step under way takes its share of the duration that it has under the new limit.
  void limit(const JobLimit& limit, Seconds now);
  /// The job is over: its GPUs want no more than an idle one draws. The stages see to what follows.
  void stop(Seconds now);
  /// The waveform has ended, or was stopped.
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// It has stopped, and the stages have come to rest for a while.
  [[nodiscard]] bool quiet() const { return quiet_from_ <= since_; }
  /// When something changes by itself.
  [[nodiscard]] Seconds next_change() const;

  [[nodiscard]] Power gpu() const { return gpu_; }      ///< one GPU
  [[nodiscard]] Power inlet() const { return inlet_; }  ///< of one server
  [[nodiscard]] Power feed() const { return feed_; }    ///< what one server's share of the rack draws

  /// What is counted begins at `now`.
  void begin_statistics(Seconds now);
  /// Of one GPU: all stages at the GPU as one.
  [[nodiscard]] SmoothingBooks gpu_books(Seconds now) const;
  /// Of one GPU's share of the rack: all stages there as one.
  [[nodiscard]] SmoothingBooks rack_books(Seconds now) const;
  [[nodiscard]] std::optional<StorageUse> storage_use(Seconds now) const;

 private:
  /// A stage and the demand that it was given last.
  struct Stage {
    std::unique_ptr<Smoother> smoother;
    Power given{-1};
  };
  using Stages = std::vector<Stage>;

  void next_step(Seconds begin);
  void rest();
  void settle(Seconds now);
  void evaluate(Seconds now);
  void draw_gpu(Seconds now);
  [[nodiscard]] Power ceiling() const;
  [[nodiscard]] bool is_still() const;
  void hand_over(Seconds now);
  [[nodiscard]] static Stages started(std::vector<std::unique_ptr<Smoother>> smoothers, const PolicyContext& context,
                                      Seconds now);
  [[nodiscard]] static Power pass(Stages& stages, Power power, Seconds now);
  [[nodiscard]] static SmoothingBooks books_of(const Stages& stages, Energy demand, Energy drawn, Seconds now);

  std::unique_ptr<Waveform> waveform_;
  const JobClock& clock_;
  JobServer server_;
  Stages gpu_stages_, rack_stages_;
  Power tdp_;
  JobLimit limit_;
  Power ceiling_{};                                         ///< what a GPU can draw under the limit
  Power highest_{std::numeric_limits<double>::infinity()};  ///< that a stage lets a GPU draw
  WaveStep step_;                                           ///< as the waveform gave it
  WaveStep running_;                                        ///< as it runs under the limit
  Seconds step_end_{};
  bool stopped_ = false;
  bool exhausted_ = false;
  Seconds quiet_from_ = Smoother::kNever;

  Power gpu_{}, inlet_{}, feed_{};
  Power unburned_{};  ///< what the stages at the GPU would have burned more without a limit
  Seconds since_{};
  /// Since the statistics began, of one GPU and of one server.
  Energy demand_energy_{}, gpu_energy_{}, unburned_energy_{}, inlet_energy_{}, feed_energy_{};
};

}  // namespace headroom

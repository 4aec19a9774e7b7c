#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fleet/fleet.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/tenant_result.hpp"
#include "scenario/scenario.hpp"
#include "training/job_clock.hpp"
#include "training/waveform_plan.hpp"

namespace headroom {

/// The opaque virtual machines of a run. Each takes the first free GPUs of its nodes, or waits for some in order of
/// coming; its GPUs draw what its waveform says, less under a cap or a lower clock, which makes nothing longer.
class Tenants final : public SliceWatch {
 public:
  /// All outlive this. Reads measured waveforms (InputError).
  Tenants(const Scenario& scenario, Fleet& fleet, EventLog& log, EventQueue& queue);

  void start();
  void vacated(SliceId id) override;
  void limits_changed(ServerId server) override;
  void heat_limited(SliceId slice, Power per_gpu) override;
  void power_cut(std::span<const ServerId> servers) override;

  [[nodiscard]] std::vector<TenantResult> finish();
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

 private:
  struct Tenant {
    const TenantConfig* config;
    std::unique_ptr<WaveformPlan> plan;
    std::unique_ptr<JobClock> clock;
    std::unique_ptr<Waveform> waveform;  ///< while it stands
    std::optional<SliceId> slice;
    WaveStep step{};
    Seconds step_end{}, leaves{};
    Power heat_limit = PowerLimiter::kUnlimited;
    Power drawn{};
    Seconds since{};
    bool came = false;
    TenantResult result{};
  };

  void next(const Event& event);
  void seat_those_that_wait();
  [[nodiscard]] bool is_draining(ServerId id) const;
  [[nodiscard]] std::optional<Slice> find_place(std::size_t tenant) const;
  void begin(std::size_t tenant, const Slice& slice);
  void draw(Tenant& tenant);
  void book(Tenant& tenant);
  void leave(std::size_t tenant, const std::string& why);

  const Scenario& scenario_;
  Fleet& fleet_;
  EventLog& log_;
  EventQueue& queue_;
  std::vector<Tenant> tenants_;
  bool is_seating_ = false;
  Warnings warnings_;
};

}  // namespace headroom

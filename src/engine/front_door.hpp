#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger.hpp"
#include "fleet/fleet.hpp"
#include "fleet/return_desk.hpp"
#include "fleet/stage_desk.hpp"
#include "headroom/recipe.hpp"
#include "headroom/router.hpp"
#include "headroom/world.hpp"
#include "jobs/image_stage.hpp"
#include "kernel/event_queue.hpp"
#include "metrics/report.hpp"
#include "trace/request_source.hpp"

namespace headroom {

/// Where requests come in, and come back: each is routed to an instance, or rejected.
class FrontDoor final : public ReturnDesk, public StageDesk, public SliceWatch {
 public:
  /// All outlive this; the router is made for this run.
  /// `prompts` takes the blocks of requests, where instances keep prefixes.
  FrontDoor(RequestSource& source, const Recipe<Router>& router, bool has_network, const World& world, Fleet& fleet,
            RequestLedger& ledger, PromptPrefixes* prompts, EventQueue& queue);

  void again(const Sequence& sequence) override;
  Taken submit(const Request& request) override;
  Taken submit_to(const Request& request, InstanceId id) override;
  Taken choose(const Request& request) override;
  std::optional<Rejection> offer(const Request& request, const Taken& chosen) override;
  void reject(const Request& request, Rejection why) override { ledger_.rejected(request, why); }
  /// Who takes requests with images; without, there must be none.
  void set_images(ImageStage& images) { images_ = &images; }
  void ran_dry(InstanceId id) override { router_->idled(id); }
  void squashed(const Request& request) override { ledger_.squashed(request); }
  [[nodiscard]] Seconds ttft_target(const Request& request) const override {
    return ledger_.ttft_target(request.request_class);
  }
  /// Waits for the first request.
  void start() { fetch_next(); }
  [[nodiscard]] const RequestSource& source() const { return source_; }
  /// Requests of a pool that found no instance there that could hold them.
  struct Unfit {
    std::uint64_t requests = 0;
    std::uint64_t longest_tokens = 0;
    std::uint64_t kv_capacity_tokens = 0;  ///< of the largest instance there when the longest came
  };
  /// By pool.
  [[nodiscard]] const std::vector<Unfit>& unfit() const { return unfit_; }

 private:
  void arrive(const Event& event);
  void come(const Request& request);
  [[nodiscard]] ImageStage& images(const Request& request) const;
  void fetch_next();
  template <class Offer>
  std::optional<Rejection> place(const Request& request, std::uint32_t generated, Offer offer);
  void check_pair(const Route& route, const Request& request) const;
  [[nodiscard]] Rejection too_long(PoolId pool, std::uint64_t tokens, std::uint64_t kv_capacity_tokens);
  [[nodiscard]] Rejection why_not_chosen(const Request& request, std::optional<PoolId> pool) const;

  RequestSource& source_;
  std::unique_ptr<Router> router_;
  const std::string& policy_;  ///< what the router is called
  bool has_network_;
  const World& world_;
  Fleet& fleet_;
  RequestLedger& ledger_;
  PromptPrefixes* prompts_;
  EventQueue& queue_;
  ImageStage* images_ = nullptr;
  Request next_;
  std::vector<Unfit> unfit_;
};

}  // namespace headroom

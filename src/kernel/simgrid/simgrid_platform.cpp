#include <xbt/log.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <simgrid/s4u.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/interrupt.hpp"
#include "headroom/gpu.hpp"
#include "kernel/simgrid/make_platform.hpp"
#include "kernel/simgrid/queue_model.hpp"
#include "kernel/simgrid/simgrid_flows.hpp"
#include "kernel/simgrid/star.hpp"

namespace headroom {
namespace {

namespace s4u = simgrid::s4u;

/// SimGrid takes Ctrl-C for itself when its engine is made.
std::unique_ptr<s4u::Engine> make_engine() {
  const KeptInterrupts kept;
  return std::make_unique<s4u::Engine>("headroom");
}

class SimGridPlatform final : public Platform {
 public:
  SimGridPlatform(std::span<const std::vector<Hertz>> clocks, std::span<const TypeId> servers,
                  const NetworkLayout* network, EventQueue& queue)
      : clocks_(clocks.begin(), clocks.end()), types_(servers.begin(), servers.end()) {
    xbt_log_control_set("root.thres:warning");
    s4u::Engine::set_config("network/model:CM02");
    s4u::Engine::set_config("network/crosstraffic:0");
    s4u::Engine::set_config("network/TCP-gamma:1e15");
    build_hosts(network);
    if (network) flows_.emplace(hosts_, queue);
    engine_->add_model(std::make_shared<QueueModel>(queue, flows_ ? &*flows_ : nullptr));
  }

  FlowSolver& flows() override { return *flows_; }
  bool set_clock(ServerId server, Hertz clock) override {
    const auto& clocks = clocks_[types_[server.index()].index()];
    const auto found = std::ranges::find_if(clocks, [&](Hertz c) { return same_clock(c, clock); });
    if (found == clocks.end()) return false;
    auto* host = hosts_[server.index()];
    const auto pstate = static_cast<unsigned long>(found - clocks.begin());
    if (host->get_pstate() != pstate) host->set_pstate(pstate);
    return true;
  }
  void watch(ClockWatch& watch) override {
    s4u::Host::on_speed_change_cb(
        [this, &watch](const s4u::Host& host) { watch.clock_changed(ids_.at(&host), Hertz(host.get_speed())); });
  }
  void run() override { engine_->run(); }

 private:
  void build_hosts(const NetworkLayout* network) {
    std::vector<std::vector<double>> speeds(clocks_.size());
    for (std::size_t type = 0; type < clocks_.size(); ++type)
      for (const Hertz clock : clocks_[type]) speeds[type].push_back(clock.value());
    Star star(network);
    for (std::size_t i = 0; i < types_.size(); ++i) {
      stop_if_interrupted();
      auto* host = star.add_host(i, speeds[types_[i].index()]);
      hosts_.push_back(host);
      ids_.emplace(host, ServerId(i));
    }
    star.seal();
    engine_->seal_platform();
  }

  std::unique_ptr<s4u::Engine> engine_ = make_engine();
  std::vector<std::vector<Hertz>> clocks_;  ///< by server type
  std::vector<TypeId> types_;               ///< by server
  std::vector<s4u::Host*> hosts_;
  std::unordered_map<const s4u::Host*, ServerId> ids_;
  std::optional<SimGridFlows> flows_;  ///< of runs whose transfers share a network
};

}  // namespace

extern "C" Platform* headroom_make_platform(std::span<const std::vector<Hertz>> clocks, std::span<const TypeId> servers,
                                            const NetworkLayout* network, EventQueue& queue) {
  return new SimGridPlatform(clocks, servers, network, queue);
}
static_assert(std::is_same_v<decltype(headroom_make_platform), MakePlatform>);

}  // namespace headroom

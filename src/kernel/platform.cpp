#include "kernel/platform.hpp"

#include <xbt/log.h>

#include <algorithm>
#include <simgrid/s4u.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/interrupt.hpp"
#include "headroom/gpu.hpp"
#include "kernel/queue_model.hpp"

namespace headroom {
namespace {

namespace s4u = simgrid::s4u;

}  // namespace

struct Platform::Impl {
  /// SimGrid takes Ctrl-C for itself when its engine is made.
  static std::unique_ptr<Impl> make() {
    const KeptInterrupts kept;
    return std::make_unique<Impl>();
  }

  s4u::Engine engine{"headroom"};
  std::vector<s4u::Host*> hosts;
  std::unordered_map<const s4u::Host*, ServerId> ids;
};

Platform::Platform(std::span<const Hertz> clocks, std::size_t servers, EventQueue& queue)
    : impl_(Impl::make()), clocks_(clocks.begin(), clocks.end()) {
  xbt_log_control_set("root.thres:warning");
  s4u::Engine::set_config("network/model:CM02");
  s4u::Engine::set_config("network/crosstraffic:0");
  std::vector<double> speeds;
  for (const Hertz clock : clocks_) speeds.push_back(clock.value());
  auto* zone = s4u::create_star_zone("site");
  for (std::size_t i = 0; i < servers; ++i) {
    stop_if_interrupted();
    auto* host = zone->create_host("server" + std::to_string(i), speeds)->seal();
    impl_->hosts.push_back(host);
    impl_->ids.emplace(host, ServerId(i));
  }
  zone->seal();
  impl_->engine.seal_platform();
  impl_->engine.add_model(std::make_shared<QueueModel>(queue));
}

Platform::~Platform() = default;

void Platform::watch(ClockWatch& watch) {
  s4u::Host::on_speed_change_cb(
      [this, &watch](const s4u::Host& host) { watch.clock_changed(impl_->ids.at(&host), Hertz(host.get_speed())); });
}

bool Platform::set_clock(ServerId server, Hertz clock) {
  const auto found = std::ranges::find_if(clocks_, [&](Hertz c) { return same_clock(c, clock); });
  if (found == clocks_.end()) return false;
  auto* host = impl_->hosts[server.index()];
  const auto pstate = static_cast<unsigned long>(found - clocks_.begin());
  if (host->get_pstate() != pstate) host->set_pstate(pstate);
  return true;
}

void Platform::run() {
  impl_->engine.run();
}

}  // namespace headroom

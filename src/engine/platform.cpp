#include "engine/platform.hpp"

#include <xbt/log.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <simgrid/s4u.hpp>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"
#include "base/interrupt.hpp"

namespace headroom {
namespace {

namespace s4u = simgrid::s4u;

}  // namespace

std::vector<Hertz> supported_clocks(const GpuSpec& gpu) {
  std::vector<Hertz> clocks;
  for (int step = 0;; ++step) {
    const Hertz clock = gpu.max_clock - gpu.clock_step * static_cast<double>(step);
    if (clock < gpu.min_clock) break;
    clocks.push_back(clock);
  }
  const bool listed = std::ranges::any_of(clocks, [&](Hertz c) { return same_clock(c, gpu.brake_clock); });
  if (!listed) clocks.push_back(gpu.brake_clock);
  return clocks;
}

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

Platform::Platform(const GpuSpec& gpu, std::size_t servers, EventHandler& handler)
    : impl_(Impl::make()), clocks_(supported_clocks(gpu)), queue_(std::make_shared<EventQueue>(handler)) {
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
  impl_->engine.add_model(queue_);
}

Platform::~Platform() = default;

void Platform::on_clock_change(std::function<void(ServerId, Hertz)> callback) {
  s4u::Host::on_speed_change_cb([this, callback = std::move(callback)](const s4u::Host& host) {
    callback(impl_->ids.at(&host), Hertz(host.get_speed()));
  });
}

bool Platform::supports(Hertz clock) const {
  return std::ranges::any_of(clocks_, [&](Hertz c) { return same_clock(c, clock); });
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

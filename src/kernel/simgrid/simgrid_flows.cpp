#include "kernel/simgrid/simgrid_flows.hpp"

#include <algorithm>
#include <cmath>
#include <simgrid/s4u/Engine.hpp>

namespace headroom {

namespace s4u = simgrid::s4u;

SimGridFlows::SimGridFlows(std::span<s4u::Host* const> hosts, EventQueue& queue) : hosts_(hosts), queue_(queue) {
  s4u::Activity::on_completion_cb([this](const s4u::Activity& activity) { ended(activity); });
}

void SimGridFlows::start(std::uint32_t number, ServerId from, ServerId to, double bytes) {
  if (number >= flows_.size()) flows_.resize(number + 1);
  Flow& flow = flows_[number];
  flow.comm = s4u::Comm::sendto_init();
  flow.number = number;
  flow.left = 0;
  flow.runs = true;
  flow.comm->set_data(&flow);
  flow.comm->set_payload_size(static_cast<std::uint64_t>(std::max(1.0, std::round(bytes))));
  flow.comm->set_source(hosts_[from.index()])->set_destination(hosts_[to.index()]);  // starts it
}

/// SimGrid says of one that was cancelled that it has ended, too, and more than once.
void SimGridFlows::ended(const s4u::Activity& activity) {
  Flow& flow = *activity.get_data<Flow>();
  if (!flow.runs || flow.comm.get() != &activity) return;
  flow.runs = false;
  if (!queue_.has_stopped()) watch_->arrived(flow.number, std::max(queue_.now(), Seconds(s4u::Engine::get_clock())));
}

void SimGridFlows::cancel(std::uint32_t number) {
  Flow& flow = flows_[number];
  if (!flow.runs) return;
  flow.left = flow.comm->get_remaining();
  flow.runs = false;
  flow.comm->cancel();
}

double SimGridFlows::left(std::uint32_t number) const {
  return flows_[number].runs ? flows_[number].comm->get_remaining() : flows_[number].left;
}

void SimGridFlows::freeze() {
  for (std::uint32_t number = 0; number < flows_.size(); ++number) cancel(number);
}

}  // namespace headroom

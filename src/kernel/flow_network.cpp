#include "kernel/flow_network.hpp"

#include <algorithm>
#include <limits>

namespace headroom {
namespace {

void add_both_ways(const std::vector<NetworkLayout::Port>& ports, std::vector<LinkUse>& links) {
  for (const auto& port : ports)
    for (const char* way : {" out", " in"}) links.push_back({port.name + way, 0, port.bytes_per_s});
}

}  // namespace

FlowNetwork::FlowNetwork(const NetworkLayout& layout, std::uint32_t flows_per_nic, FlowSolver& solver,
                         EventQueue& queue)
    : layout_(layout), flows_per_nic_(flows_per_nic), solver_(solver), queue_(queue), lanes_(2 * layout.nics.size()) {
  add_both_ways(layout.nics, ended_);
  add_both_ways(layout.uplinks, ended_);
  users_.resize(ended_.size());
  solver_.watch(*this);
  queue_.on<&FlowNetwork::act>(EventKind::flow, *this);
}

void FlowNetwork::send(std::uint32_t number, ServerId from, ServerId to, double bytes, double ahead) {
  if (number >= flows_.size()) flows_.resize(number + 1);
  Flow& flow = flows_[number] = {from, to, bytes, ahead, Phase::waits, false};
  each_link(flow, [&](std::size_t link) { ++users_[link]; });
  if (flow.is_local()) return let_go(number, queue_.now());
  for (const std::size_t lane : lanes_of(flow)) lanes_[lane].waiting.push_back(number);
  admit(lanes_of(flow)[0], queue_.now());
}

void FlowNetwork::cut(std::uint32_t number) {
  Flow& flow = flows_[number];
  if (flow.phase == Phase::waits) {
    flow.phase = Phase::over;
    forget(flow);
    for (const std::size_t lane : lanes_of(flow)) std::erase(lanes_[lane].waiting, number);
    queue_.push(queue_.now(), EventKind::transfer, number);
    for (const std::size_t lane : lanes_of(flow)) admit(lane, queue_.now());
    return;
  }
  if (flow.phase == Phase::over || flow.is_cut) return;
  flow.is_cut = true;
  if (flow.phase == Phase::flows) queue_.push(queue_.now(), EventKind::flow, number);
}

/// It sets out, or is cut, now that the solver's clock is here.
void FlowNetwork::act(const Event& event) {
  const std::uint32_t number = event.target;
  Flow& flow = flows_[number];
  if (flow.is_cut) {
    if (flow.phase == Phase::flows) solver_.cancel(number);
    return end(number, flow.phase == Phase::flows ? solver_.left(number) : flow.bytes, queue_.now());
  }
  flow.phase = Phase::flows;
  solver_.start(number, flow.from, flow.to, flow.bytes);
}

/// One that was cut at this very date is over when its event comes.
void FlowNetwork::arrived(std::uint32_t number, Seconds now) {
  if (!flows_[number].is_cut) end(number, 0, now);
}

void FlowNetwork::end(std::uint32_t number, double left, Seconds now) {
  Flow& flow = flows_[number];
  flow.phase = Phase::over;
  forget(flow);
  note_carried(flow, left, ended_);
  queue_.push(now, EventKind::transfer, number);
  if (flow.is_local()) return;
  for (const std::size_t lane : lanes_of(flow)) --lanes_[lane].live;
  for (const std::size_t lane : lanes_of(flow)) admit(lane, now);
}

/// Lets those go whose turn it is; where one goes, the next at its other NIC may have become the first there.
void FlowNetwork::admit(std::size_t lane, Seconds now) {
  auto& waiting = lanes_[lane].waiting;
  while (!waiting.empty() && may_go(waiting.front())) {
    const std::uint32_t number = waiting.front();
    const auto lanes = lanes_of(flows_[number]);
    for (const std::size_t each : lanes) {
      lanes_[each].waiting.pop_front();
      ++lanes_[each].live;
    }
    let_go(number, now);
    admit(lanes[0] == lane ? lanes[1] : lanes[0], now);
  }
}

bool FlowNetwork::may_go(std::uint32_t number) const {
  return std::ranges::all_of(lanes_of(flows_[number]), [&](std::size_t lane) {
    return lanes_[lane].live < flows_per_nic_ && lanes_[lane].waiting.front() == number;
  });
}

void FlowNetwork::let_go(std::uint32_t number, Seconds now) {
  flows_[number].phase = Phase::sets_out;
  queue_.push(now, EventKind::flow, number);
}

bool FlowNetwork::crosses_racks(const Flow& flow) const {
  return !layout_.uplinks.empty() && layout_.rack_of[flow.from.index()] != layout_.rack_of[flow.to.index()];
}

template <class Use>
void FlowNetwork::each_link(const Flow& flow, Use use) const {
  if (flow.is_local()) return;
  for (const std::size_t lane : lanes_of(flow)) use(lane);
  if (!crosses_racks(flow)) return;
  use(lanes_.size() + std::size_t{2} * layout_.rack_of[flow.from.index()]);
  use(lanes_.size() + std::size_t{2} * layout_.rack_of[flow.to.index()] + 1);
}

double FlowNetwork::bytes_per_s(ServerId from, ServerId to) const {
  if (from == to) return layout_.local_bytes_per_s;
  double least = std::numeric_limits<double>::infinity();
  each_link({.from = from, .to = to}, [&](std::size_t link) { least = std::min(least, ended_[link].bytes_per_s); });
  return least;
}

double FlowNetwork::shared_bytes_per_s(ServerId from, ServerId to) const {
  if (from == to) return layout_.local_bytes_per_s;
  double least = std::numeric_limits<double>::infinity();
  each_link({.from = from, .to = to},
            [&](std::size_t link) { least = std::min(least, ended_[link].bytes_per_s / (users_[link] + 1)); });
  return least;
}

void FlowNetwork::forget(const Flow& flow) {
  each_link(flow, [&](std::size_t link) { --users_[link]; });
}

void FlowNetwork::note_carried(const Flow& flow, double left, std::vector<LinkUse>& links) const {
  each_link(flow, [&](std::size_t link) { links[link].bytes += flow.ahead + flow.bytes - left; });
}

std::vector<LinkUse> FlowNetwork::links() const {
  std::vector<LinkUse> links = ended_;
  for (std::uint32_t number = 0; number < flows_.size(); ++number)
    if (flows_[number].phase == Phase::flows) note_carried(flows_[number], solver_.left(number), links);
  return links;
}

}  // namespace headroom

#include "engine/query_books.hpp"

#include <algorithm>

namespace headroom {

void QueryBooks::start(const Fleet& fleet) {
  fleet_ = &fleet;
  result_.servers = fleet.servers().size();
  draws_.resize(result_.servers);
  for (std::size_t i = 0; i < result_.servers; ++i) {
    const HardwareConfig& type = fleet.hardware_of(ServerId(i));
    const Power all = type.gpu.tdp * static_cast<double>(type.server.gpus);
    result_.server_full += fleet.server_power(ServerId(i)).inlet(all) / static_cast<double>(result_.servers);
    refresh(ServerId(i));
  }
}

void QueryBooks::settle(Draw& draw) {
  const Seconds elapsed = queue_.now() - draw.since;
  draw.since = queue_.now();
  QueryEnergyParts& parts = result_.parts;
  parts.gpus += draw.gpus * elapsed;
  parts.host += draw.host * elapsed;
  parts.fans += draw.fans * elapsed;
  parts.supplies += draw.supplies * elapsed;
  if (draw.is_busy) result_.busy += elapsed;
  else result_.idle += (draw.gpus + draw.host + draw.fans + draw.supplies) * elapsed;
}

bool QueryBooks::is_busy(ServerId id) const {
  const Power waiting = fleet_->hardware_of(id).gpu_power.idle_loaded;
  return std::ranges::any_of(fleet_->servers()[id.index()].slices,
                             [&](SliceId slice) { return fleet_->slices()[slice.index()].per_gpu > waiting; });
}

void QueryBooks::refresh(ServerId id) {
  Draw& draw = draws_[id.index()];
  settle(draw);
  draw = {{}, {}, {}, {}, false, draw.since};
  if (fleet_->servers()[id.index()].down) return;
  const ServerPower& power = fleet_->server_power(id);
  draw.gpus = fleet_->gpus_draw(id);
  const auto [host, fans] = power.beside(draw.gpus);
  draw.host = host;
  draw.fans = fans;
  draw.supplies = power.inlet(draw.gpus) - power.output(draw.gpus);
  draw.is_busy = is_busy(id);
}

void QueryBooks::power_cut(std::span<const ServerId> servers) {
  for (const ServerId id : servers) {
    settle(draws_[id.index()]);
    draws_[id.index()] = {{}, {}, {}, {}, false, queue_.now()};
  }
}

void QueryBooks::completed(const Sequence& sequence, InstanceId, Seconds) {
  ClassSum& sum = by_class_[sequence.request.request_class.index()];
  ++sum.completed;
  sum.gpus += sequence.energy;
  ++result_.completed;
  result_.input_tokens += sequence.request.input_tokens;
  result_.output_tokens += sequence.request.output_tokens;
}

QueryEnergyResult QueryBooks::finish(Energy facility) {
  for (Draw& draw : draws_) settle(draw);
  result_.pue_ratio = config_.pue_ratio;
  result_.all_time = queue_.now() * static_cast<double>(result_.servers);
  result_.parts.distribution = facility - result_.parts.servers();
  result_.parts.cooling = facility * (config_.pue_ratio - 1);
  Energy in_steps;
  for (const ClassSum& sum : by_class_) in_steps += sum.gpus;
  for (std::size_t i = 0; i < by_class_.size(); ++i) {
    const ClassSum& sum = by_class_[i];
    if (sum.completed == 0) continue;
    result_.classes[classes_.name(ClassId(i))] = {sum.completed, sum.gpus, result_.parts.all() * (sum.gpus / in_steps)};
  }
  return std::move(result_);
}

}  // namespace headroom

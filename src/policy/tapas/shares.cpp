#include "policy/tapas/shares.hpp"

#include <algorithm>
#include <limits>

namespace headroom {
namespace {

/// What a server takes of something that is limited: idle, and as it came with its present load.
struct Need {
  std::size_t serving;
  double idle, wanted;
};

/// Divides what a limit, where there is one, leaves: `give(serving, portion)`.
template <class Give>
void divide(double limit, double others, const std::vector<Need>& needs, Give give) {
  if (limit == std::numeric_limits<double>::infinity()) return;
  double rest = limit - others, wanted = 0;
  for (const Need& need : needs) {
    rest -= need.idle;
    wanted += need.wanted - need.idle;
  }
  const double part = wanted > 0 ? std::max(rest, 0.0) / wanted : 0.0;
  for (const Need& need : needs) give(need.serving, need.idle + part * (need.wanted - need.idle));
}

/// Of a server that is not configured: by its templates, else idle.
Power expected_gpus(ServerId id, const ControlView& view) {
  const ServerState& server = view.fleet.server(id);
  if (view.vms) return view.vms->expected_gpus(id, view.now);
  return view.world.catalogue->idle_gpu(server.type) * static_cast<double>(server.gpus);
}
Power expected_power(ServerId id, const ControlView& view) {
  if (view.vms) return view.vms->expected(id, view.now);
  return view.world.catalogue->server_input(view.fleet.server(id).type, expected_gpus(id, view));
}

}  // namespace

std::vector<Serving> serving_servers(const ControlView& view, const MeanRequest& request, double margin) {
  std::vector<Serving> list;
  for (std::size_t i = 0; i < view.fleet.servers(); ++i) {
    const ServerId id(i);
    const ServerState& server = view.fleet.server(id);
    if (!server.up || server.leaving || server.slices.size() != 1 || !server.slices.front().instance) continue;
    if (!view.reach.holds(id) || view.fleet.is_in_transition(id)) continue;
    const SliceState& slice = server.slices.front();
    const double tokens = view.fleet.tokens_per_s(*slice.instance, ArrivalWindow::kLongest, view.now);
    list.push_back({id,
                    server.type,
                    *slice.instance,
                    server.gpus,
                    slice.first_gpu,
                    view.world.variants[view.fleet[*slice.instance].variant.index()].idle_gpu,
                    margin * tokens / request.input_tokens,
                    {},
                    {}});
  }
  return list;
}

Shares::Shares(const ControlView& view, const std::vector<Serving>& serving, double limit_fraction)
    : shares_(serving.size(), {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()}) {
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> by_server(view.fleet.servers(), kNone);
  for (std::size_t i = 0; i < serving.size(); ++i) by_server[serving[i].id.index()] = i;

  const Catalogue& models = *view.world.catalogue;
  for (const NodeTelemetry& node : view.site.nodes) {
    std::vector<Need> needs;
    double others = 0;
    for (const ServerInfo& server : node.servers) {
      const std::size_t i = by_server[server.id.index()];
      if (i == kNone) others += expected_power(server.id, view).value();
      else
        needs.push_back({i, models.server_input(serving[i].type, serving[i].idle_gpus).value(),
                         models.server_input(serving[i].type, serving[i].wanted_gpus).value()});
    }
    divide(limit_fraction * node.budget.value(), others, needs,
           [&](std::size_t i, double w) { shares_[i].power_w = std::min(shares_[i].power_w, w); });
  }
  if (!view.heat) return;
  std::vector<std::vector<Need>> needs(view.heat->aisles());
  std::vector<double> others(view.heat->aisles());
  for (std::size_t s = 0; s < view.fleet.servers(); ++s) {
    const ServerId id(s);
    const std::size_t i = by_server[s], aisle = view.heat->aisle_of(id);
    if (i == kNone) others[aisle] += view.heat->airflow(id, expected_gpus(id, view));
    else
      needs[aisle].push_back(
          {i, view.heat->airflow(id, serving[i].idle_gpus), view.heat->airflow(id, serving[i].wanted_gpus)});
  }
  for (std::size_t aisle = 0; aisle < needs.size(); ++aisle)
    divide(limit_fraction * view.heat->supply(aisle), others[aisle], needs[aisle],
           [&](std::size_t i, double v) { shares_[i].airflow_m3_per_s = v; });
}

}  // namespace headroom

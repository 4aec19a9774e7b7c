#include "app/scenario_graph.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "app/print.hpp"
#include "base/text.hpp"
#include "config/json.hpp"
#include "facility/site.hpp"
#include "scenario/fleet_plan.hpp"
#include "scenario/scenario.hpp"

namespace headroom {
namespace {

/// Graphviz quotes text as JSON does, where it has no control characters.
std::string quoted(const std::string& text) {
  return Json(printable(text)).dump();
}

/// Collects the statements of a graph.
class Graph {
 public:
  explicit Graph(const std::string& name)
      : text_("digraph " + quoted(name) + " {\n  rankdir=LR;\n  node [shape=box, fontname=sans];\n") {}

  void node(const std::string& id, const std::string& label, const char* shape = "box") {
    text_ += "  " + quoted(id) + " [label=" + quoted(label) + ", shape=" + shape + "];\n";
  }
  void edge(const std::string& from, const std::string& to, const std::string& label) {
    text_ += "  " + quoted(from) + " -> " + quoted(to) + " [label=" + quoted(label) + "];\n";
  }
  std::string take() { return text_ + "}\n"; }

 private:
  std::string text_;
};

std::string seconds(Seconds time) {
  return shortest(time.value()) + " s";
}

/// The power tree, a node a level, and servers below the last.
void draw_site(Graph& graph, const Scenario& scenario, const FleetPlan& plan) {
  const Site site(scenario.site);
  std::string above = "site";
  graph.node(above, above, "house");
  for (const LevelConfig& level : site.config().levels) {
    const auto count = std::ranges::count(site.nodes(), &level, &SiteNode::level);
    std::string label = level.name + " x " + std::to_string(count);
    if (level.budget) label += line(", budget %.1f kW", level.budget->value() / 1e3);
    graph.node("level " + level.name, label, "house");
    graph.edge(above, "level " + level.name, "feeds");
    above = "level " + level.name;
  }
  const auto types = scenario.types();
  for (std::size_t t = 0; t < types.size(); ++t) {
    const auto servers = std::ranges::count(plan.type_of_server, TypeId(t));
    graph.node("servers " + types[t]->name, types[t]->name + " x " + std::to_string(servers), "box3d");
    graph.edge(above, "servers " + types[t]->name, "feeds");
  }
}

/// Requests, from where they come to the pools that serve them.
void draw_serving(Graph& graph, const Scenario& scenario, const FleetPlan& plan) {
  if (plan.pools.empty()) return;
  graph.node("requests", scenario.workload.trace ? "requests of a trace" : "generated requests", "ellipse");
  graph.node("router", "router " + scenario.policy.router.kind, "diamond");
  graph.edge("requests", "router", "arrive");
  for (const auto& pool : plan.pools) {
    const std::string id = "pool " + pool.name;
    graph.node(id, id + line(": %zu servers, %zu instances", pool.servers, pool.instances), "component");
    graph.edge("router", id, pool.serves.empty() ? "hands over" : join(pool.serves, ", "));
    graph.edge(id, "servers " + scenario.types().front()->name, "runs on");
  }
}

void draw_jobs(Graph& graph, const Scenario& scenario) {
  const std::string servers = "servers " + scenario.types().front()->name;
  for (const SiteJob& job : scenario.workload.jobs) {
    graph.node("job " + job.name, "training job " + job.name + line(": %u GPUs", job.gpus), "ellipse");
    graph.edge("job " + job.name, servers, "runs on");
  }
  for (const TenantConfig& tenant : scenario.workload.tenants) {
    graph.node("tenant " + tenant.name, "tenant " + tenant.name + line(": %u GPUs", tenant.gpus), "ellipse");
    graph.edge("tenant " + tenant.name, servers, "runs on");
  }
}

/// What controllers see, and how late; what they steer, and how late.
void draw_control(Graph& graph, const Scenario& scenario) {
  const auto controllers = scenario.controllers();
  for (std::size_t i = 0; i < controllers.size(); ++i) {
    const std::string id = "controller " + std::to_string(i);
    graph.node(id, "controller " + controllers[i]->kind, "diamond");
    if (controllers[i]->value->follows_power())
      for (const std::string& level : scenario.telemetry.levels)
        graph.edge(
            "level " + level, id,
            "power every " + seconds(scenario.telemetry.period) + ", " + seconds(scenario.telemetry.delay) + " late");
    graph.edge(id, "servers " + scenario.types().front()->name,
               "clocks after " + seconds(scenario.actuation.clock_lock) + ", brake after " +
                   seconds(scenario.actuation.power_brake));
  }
}

}  // namespace

std::string graph_of(const Scenario& scenario) {
  const FleetPlan plan = plan_fleet(scenario);
  Graph graph(scenario.name);
  draw_site(graph, scenario, plan);
  draw_serving(graph, scenario, plan);
  draw_jobs(graph, scenario);
  draw_control(graph, scenario);
  return graph.take();
}

}  // namespace headroom

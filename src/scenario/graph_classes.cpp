#include "scenario/graph_classes.hpp"

namespace headroom {

void add_stage_classes(const Scenario& scenario, ClassTable& classes) {
  for (const GraphStreamConfig& stream : scenario.workload.graphs)
    for (const auto& [name, stage] : stream.graph.stages)
      if (stage.runs()) classes.add(stage.operation.empty() ? name : stage.operation, stream.priority);
}

}  // namespace headroom

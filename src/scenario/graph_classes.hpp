#pragma once

#include "scenario/scenario.hpp"
#include "trace/classes.hpp"

namespace headroom {

/// Adds the classes of requests that the stages of job graphs are: what each does, at the priority of its stream.
void add_stage_classes(const Scenario& scenario, ClassTable& classes);

}  // namespace headroom

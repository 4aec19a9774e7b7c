#pragma once

#include <string>

namespace headroom {

struct Scenario;

/// A scenario as a graph in the language of Graphviz: what feeds, serves, sees and steers what. Nodes of a level and
/// servers of a type are one.
[[nodiscard]] std::string graph_of(const Scenario& scenario);

}  // namespace headroom

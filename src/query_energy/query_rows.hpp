#pragma once

#include <span>

#include "config/json.hpp"
#include "query_energy/query_method.hpp"
#include "query_energy/query_way.hpp"

namespace headroom {

/// What a method says, as rows that each have a `part`: `query` (a kind of query on a model or the frontier, by
/// quantiles), `lever` (a divisor), `levered` (the frontier under a lever), `day`.
[[nodiscard]] Json query_rows(const QueryMethod& method);

/// Rows of the part `way`: the same query by several ways, with the factors of each.
[[nodiscard]] Json way_rows(std::span<const QueryWay> ways);

}  // namespace headroom

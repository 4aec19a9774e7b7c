#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/json.hpp"
#include "metrics/uncertainty_result.hpp"

namespace headroom {

/// The summaries of so many draws, each by `summary_of` its number (from 1 on) in a process of its own, one after the
/// other: a process can have one simulation. Throws where one of them fails.
[[nodiscard]] std::vector<Json> drawn_summaries(std::uint64_t draws,
                                                const std::function<std::string(std::uint64_t)>& summary_of);

/// What they say together.
[[nodiscard]] UncertaintyResult uncertainty_of(const std::vector<Json>& summaries);

/// Their main numbers, for the screen.
[[nodiscard]] std::string uncertainty_rows(const UncertaintyResult& result);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "trace/trace_reader.hpp"

namespace headroom {

/// Opens a trace, and divides its requests into the types by length that its configuration may ask for: those that
/// occur in its window. For that it is read through before, and once more where quantiles make the parts. Throws
/// InputError where the trace has a column of classes beside.
[[nodiscard]] std::unique_ptr<TraceReader> open_divided_trace(const TraceConfig& config, const std::string& where,
                                                              std::uint64_t seed = 1,
                                                              PromptBlocks blocks = PromptBlocks::unused);

}  // namespace headroom

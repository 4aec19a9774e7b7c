#pragma once

#include "trace/classes.hpp"
#include "trace/trace_facts.hpp"
#include "trace/trace_statistics.hpp"

namespace headroom {

/// Prints what a trace was taken for.
void print_facts(const TraceFacts& facts);

/// Prints what its requests look like; windows are said as the settings from_s and until_s.
void print_statistics(const TraceStatistics& statistics, const TraceFacts& facts, const ClassTable& classes);

}  // namespace headroom

#pragma once

#include <cstdint>
#include <string>

#include "trace/classes.hpp"
#include "trace/request_source.hpp"

namespace headroom {

/// Writes all requests of a source in the Azure layout, with a Class column where there are types and an Images column
/// where there are images, as gzip where the path ends in .gz; returns how many. Time 0 is 2024-01-01 00:00:00, times
/// are rounded to 100 ns, priorities are not written. The file appears under its name when it is complete; the same
/// requests give the same bytes. A name that exists is an InputError unless `force`, and it is such a trace.
std::uint64_t write_trace(RequestSource& source, const ClassTable& table, const std::string& path, bool force = false);

}  // namespace headroom

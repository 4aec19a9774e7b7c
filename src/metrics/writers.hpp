#pragma once

#include <filesystem>

#include "metrics/report.hpp"

namespace headroom {

/// The files of an output directory (DESIGN section 6). Each throws std::runtime_error where it cannot be written
/// whole.
void write_summary(const Report& report, const std::filesystem::path& file);
void write_host(const Report& report, const HostUsage& usage, const std::filesystem::path& file);
void write_power(const Report& report, const std::filesystem::path& file);
void write_latency(const Report& report, const std::filesystem::path& file);
/// Of runs with cooling.
void write_heat(const HeatResult& heat, const std::filesystem::path& file);
/// Of runs with pools.
void write_series(const SeriesResult& series, const std::filesystem::path& file);
void write_nodes(const std::vector<InstancePlace>& instances, const std::filesystem::path& file);
void write_events(const Report& report, const std::filesystem::path& file);

}  // namespace headroom

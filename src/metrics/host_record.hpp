#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/build_identity.hpp"
#include "headroom/fields.hpp"
#include "metrics/report.hpp"

namespace headroom {

/// host.json: what this execution took and by which program; the only file that differs between equal runs.
struct HostRecord {
  const Report& report;
  const HostUsage& usage;

  void fields(Fields& f) const {
    f("format", std::uint64_t{1}, "it changes when a key changes its meaning");
    f("build", std::string(build_identity()), "hash of the sources that the program was built from");
    f("wall_s", usage.wall_s, "from the start of the command to the writing of this file");
    f("requests_per_s", per_second(report.all.arrived), "arrived requests over it");
    f("events_per_s", per_second(report.events_handled), "handled events over it");
    f("peak_rss_mib", usage.peak_rss_bytes, "largest memory of the process");
  }

 private:
  [[nodiscard]] std::optional<double> per_second(std::uint64_t count) const {
    return usage.wall_s > 0 ? std::optional(static_cast<double>(count) / usage.wall_s) : std::nullopt;
  }
};

}  // namespace headroom

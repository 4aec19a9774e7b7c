#pragma once

#include <string>

#include "base/build_identity.hpp"
#include "headroom/fields.hpp"
#include "metrics/report.hpp"

namespace headroom {

/// summary.json: what a run has to say, and what this execution took.
struct Summary {
  const Report& report;
  const HostUsage& usage;

  void fields(Fields& f) const {
    f.part(report);
    f.group("host", "this execution; the only part that differs between equal runs", [this](Fields& host) {
      host("build", std::string(build_identity()), "hash of the sources that the program was built from");
      host("wall_s", usage.wall_s, "from the start of the command to the writing of this file");
      host("requests_per_s", per_second(report.all.arrived), "arrived requests over it");
      host("events_per_s", per_second(report.events_handled), "handled events over it");
      host("peak_rss_mib", usage.peak_rss_bytes, "largest memory of the process");
    });
  }

 private:
  [[nodiscard]] std::optional<double> per_second(std::uint64_t count) const {
    return usage.wall_s > 0 ? std::optional(static_cast<double>(count) / usage.wall_s) : std::nullopt;
  }
};

}  // namespace headroom

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "workload/classes.hpp"
#include "workload/request_source.hpp"
#include "workload/workload_config.hpp"

namespace headroom {

/// Opens the source of a workload (without a trace and a generator: of no request) and adds every class it can produce
/// to the table. Throws InputError for what check() finds and for unusable files. A trace with a class column is read
/// through once, to know its classes before the run. `file` is named before the JSON pointers of problems, where it is
/// given. Nobody asks for requests after `until`.
[[nodiscard]] std::unique_ptr<RequestSource> make_source(const WorkloadConfig& config, ClassTable& table,
                                                         std::uint64_t seed, const std::string& file = {},
                                                         std::optional<Seconds> until = {});

}  // namespace headroom

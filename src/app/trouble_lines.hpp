#pragma once

#include <string>

#include "metrics/report.hpp"

namespace headroom {

/// What went wrong in a run, a sentence a line, the worst first; empty where nothing did.
std::string trouble_lines(const Report& report);

/// ` (5 too long, 2 queue full)`; empty where nothing was rejected.
std::string rejection_reasons(const ClassResult& result);

}  // namespace headroom

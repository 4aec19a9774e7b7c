#pragma once

#include <string>

#include "report/page.hpp"

namespace headroom {

struct GlobalOptions;

struct ReportArguments {
  PageSources sources;
  std::string save;  ///< empty: `OUT.html` beside OUT
  bool force = false;
};

/// Writes the page of a run or a sweep.
void make_report(const ReportArguments& arguments, const GlobalOptions& global);

}  // namespace headroom

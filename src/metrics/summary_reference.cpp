#include "metrics/summary_reference.hpp"

#include "config/result_schema.hpp"
#include "metrics/report.hpp"

namespace headroom {
namespace {

/// What `say` makes of the summary of no run.
template <class Said>
Said of_no_run(Said (*say)(const Slot&)) {
  const Report report;
  return say(slot_of(report));
}

}  // namespace

std::vector<ResultField> summary_rows() {
  return of_no_run(result_rows);
}

std::string summary_schema() {
  return of_no_run<std::string>([](const Slot& summary) { return result_schema("Headroom summary.json", summary); });
}

std::string summary_page() {
  return of_no_run<std::string>([](const Slot& summary) { return result_page("Summary", summary); });
}

}  // namespace headroom

#include "metrics/summary_reference.hpp"

#include "config/result_schema.hpp"
#include "metrics/summary.hpp"

namespace headroom {
namespace {

/// What `say` makes of the summary of no run.
template <class Said>
Said of_no_run(Said (*say)(const Slot&)) {
  const Report report;
  const HostUsage usage;
  const Summary summary{report, usage};
  return say(slot_of(summary));
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

#include "base/file.hpp"
#include "config/finite_json.hpp"
#include "config/result_json.hpp"
#include "metrics/summary.hpp"
#include "metrics/writers.hpp"

namespace headroom {

void write_summary(const Report& report, const HostUsage& host, const std::filesystem::path& file) {
  const Summary summary{report, host};
  write_file(file, finite_text(result_json(slot_of(summary)), "summary.json: ", 2) + "\n");
}

}  // namespace headroom

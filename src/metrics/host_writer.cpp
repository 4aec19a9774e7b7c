#include "base/file.hpp"
#include "config/finite_json.hpp"
#include "config/result_json.hpp"
#include "metrics/host_record.hpp"
#include "metrics/writers.hpp"

namespace headroom {

void write_host(const Report& report, const HostUsage& usage, const std::filesystem::path& file) {
  const HostRecord record{report, usage};
  write_file(file, finite_text(result_json(slot_of(record)), "host.json: ", 2) + "\n");
}

}  // namespace headroom

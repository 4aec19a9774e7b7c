#include "base/file.hpp"
#include "config/finite_json.hpp"
#include "config/result_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {

void write_summary(const Report& report, const std::filesystem::path& file) {
  write_file(file, finite_text(result_json(slot_of(report)), "summary.json: ", 2) + "\n");
}

}  // namespace headroom

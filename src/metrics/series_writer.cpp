#include "base/interrupt.hpp"
#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {
namespace {

Json lists_of(const SeriesResult::Pool& pool) {
  return {{"running", pool.running},
          {"waiting", pool.waiting},
          {"prompt_tokens_per_s", pool.prompt_tokens_per_s},
          {"output_tokens_per_s", pool.output_tokens_per_s}};
}

Json lists_of(const SeriesResult::Class& of_class) {
  return {{"arrived", of_class.arrived},         {"completed", of_class.completed},
          {"ttft_mean_s", of_class.ttft_mean_s}, {"ttft_max_s", of_class.ttft_max_s},
          {"e2e_mean_s", of_class.e2e_mean_s},   {"e2e_max_s", of_class.e2e_max_s}};
}

template <class Row>
void write_rows(const char* key, const std::vector<Row>& rows, OutputFile& out) {
  out << R"(,")" << key << R"(":{)";
  const char* separator = "";
  for (const Row& row : rows) {
    stop_if_interrupted();
    const std::string where = std::string("series.json: /") + key + "/" + pointer_step(row.name);
    out << separator << Json(row.name).dump() << ':' << finite_text(lists_of(row), where);
    separator = ",";
  }
  out << '}';
}

}  // namespace

void write_series(const SeriesResult& series, const std::filesystem::path& file) {
  OutputFile out(file);
  out << R"({"format":1,"start_s":0.0,"bin_s":)" << Json(series.bin.value()).dump();
  write_rows("pools", series.pools, out);
  write_rows("classes", series.classes, out);
  out << "}\n";
  out.close();
}

}  // namespace headroom

#include "training/job_trace.hpp"

#include <array>

#include "base/problem.hpp"
#include "base/text.hpp"
#include "table/csv_cells.hpp"
#include "table/input_file.hpp"

namespace headroom {
namespace {

constexpr std::string_view header = "submit_s,gpus,duration_s,kind";
constexpr double largest_job_gpus = 1e8;

std::uint32_t gpu_count(const InputFile& file, std::string_view text) {
  const double value = csv_number(file, text);
  if (!(value >= 1.0 && value <= largest_job_gpus) || value != static_cast<std::uint32_t>(value))
    throw InputError(file.where(), "gpus must be a whole number above 0, not " + std::string(text.substr(0, 60)));
  return static_cast<std::uint32_t>(value);
}

JobRow parse(const InputFile& file, std::string_view line) {
  std::array<std::string_view, 4> cells;
  if (csv_cells(line, cells) != cells.size()) throw InputError(file.where(), "the row does not have four columns");
  JobRow row{Seconds(csv_number(file, cells[0])), gpu_count(file, cells[1]), Seconds(csv_number(file, cells[2])),
             std::string(cells[3]), file.where()};
  if (row.submit < Seconds{}) throw InputError(row.where, "submit_s is negative");
  if (!(row.duration > Seconds{})) throw InputError(row.where, "duration_s must be above 0");
  return row;
}

void check_kind(const JobRow& row, const JobTraceConfig& config) {
  if (config.shapes.contains(row.kind)) return;
  std::vector<std::string> known;
  for (const auto& [name, shape] : config.shapes) known.push_back(name);
  throw InputError(row.where, "no shape is called \"" + row.kind.substr(0, 60) + "\" (there are: " + join(known, ", ") +
                                  ")" + did_you_mean(row.kind, known));
}

}  // namespace

std::vector<JobRow> read_job_trace(const JobTraceConfig& config, std::uint64_t cluster_gpus) {
  InputFile file(config.path);
  std::string_view line;
  if (!file.next(line)) throw InputError(config.path, "the job trace is empty");
  if (line != header) throw InputError(file.where(), "the header must be " + std::string(header));
  std::vector<JobRow> rows;
  while (file.next(line)) {
    if (line.empty()) continue;
    JobRow row = parse(file, line);
    check_kind(row, config);
    if (row.gpus > cluster_gpus)
      throw InputError(row.where, "the job needs " + std::to_string(row.gpus) + " GPUs, but the cluster has " +
                                      std::to_string(cluster_gpus));
    if (!rows.empty() && row.submit < rows.back().submit)
      throw InputError(row.where, "the row is earlier than the one before it; rows must be in order of submit_s");
    rows.push_back(std::move(row));
  }
  if (rows.empty()) throw InputError(config.path, "the job trace has no rows");
  return rows;
}

}  // namespace headroom

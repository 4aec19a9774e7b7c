#include "fuzz/support/file_of_scenario.hpp"

#include "config/folders.hpp"
#include "jobs/job_files.hpp"
#include "workload/make_source.hpp"

namespace headroom::fuzz {
namespace {

constexpr int kMostRequests = 1000;

Scenario scenario_with(std::string workload_json, const std::string& file) {
  workload_json.replace(workload_json.find("FILE"), 4, file);
  const ScratchFile scratch("scenario.json");
  scratch.write(R"({"name": "fuzz", "hardware": "dgx_a100", "policy": "none", "duration_s": 60,
                    "site": {"servers": 2, "levels": [{"name": "row", "budget_w": 14000}]}, "workload": )" +
                workload_json +
                (workload_json.find("job") == std::string::npos
                     ? R"(, "serving": {"model": "llama2_70b", "stack": "vllm_2023", "tensor_parallel": 8}})"
                     : "}"));
  return load_scenario(scratch.path(), ConfigFolders({}), {}).scenario;
}

}  // namespace

FileOfScenario::FileOfScenario(std::string workload_json, const std::string& file_name)
    : file_(file_name), scenario_(scenario_with(std::move(workload_json), file_.path())) {}

void FileOfScenario::read(std::string_view bytes) const {
  file_.write(bytes);
  only_input_errors([&] { read_workload(scenario_); });
}

void read_workload(const Scenario& scenario) {
  ClassTable classes;
  const auto source = make_source(scenario.workload, classes, scenario.seed);
  Request request;
  for (int i = 0; i < kMostRequests && source->next(request); ++i) {
  }
  read_job_files(scenario);
}

}  // namespace headroom::fuzz

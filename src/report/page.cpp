#include "report/page.hpp"

#include <set>
#include <utility>

#include "base/file.hpp"
#include "base/problem.hpp"
#include "base/program_files.hpp"
#include "report/consequences.hpp"
#include "report/lookup.hpp"
#include "report/public_text.hpp"
#include "report/run_facts.hpp"
#include "report/sweep_facts.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPlace = "@FACTS@";

class Sources {
 public:
  /// What `read` gives, or nothing and its problems.
  template <typename Read>
  auto read(Read from) -> std::optional<decltype(from())> {
    try {
      return from();
    } catch (const InputError& error) {
      problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
      return std::nullopt;
    }
  }
  void expect_all() {
    if (!problems_.empty()) throw InputError(std::move(problems_));
  }

 private:
  std::vector<Problem> problems_;
};

void add_run(Json& facts, const RunOutput& run, const std::vector<RunOutput>& bases) {
  facts["title"] = run.name;
  facts["run"] = run_facts(run, bases.empty() ? nullptr : &bases.front());
  for (const RunOutput& base : bases) {
    facts["bases"].push_back(base_facts(base));
    facts["comparisons"].push_back(consequences_of(base, run));
  }
}

/// First steps of JSON pointers that texts of a page may hold.
std::set<std::string> pointer_steps(const std::optional<RunOutput>& run) {
  std::set<std::string> steps = {"axes",      "metrics",  "impacts",   "impact_fraction", "classes",  "throttle",
                                 "power",     "energy",   "latency",   "requests",        "slo",      "policy",
                                 "site",      "workload", "seed",      "serving",         "services", "hardware",
                                 "cooling",   "grid",     "telemetry", "thermal",         "prices",   "actuation",
                                 "smoothing", "checks",   "duration_s"};
  if (run)
    for (const Json* json : {&run->summary, &run->resolved})
      if (json->is_object())
        for (const auto& item : json->items()) steps.insert(item.key());
  return steps;
}

}  // namespace

Json page_facts(const PageSources& sources) {
  const bool is_of_sweep = is_sweep(sources.output);
  if (is_of_sweep && !sources.bases.empty()) throw InputError("--base", "stands beside a run, not beside a sweep");
  if (is_of_sweep && !sources.sweep.empty()) throw InputError("--sweep", sources.output + " is a sweep already");
  Sources all;
  std::optional<RunOutput> run;
  if (!is_of_sweep) run = all.read([&] { return read_run_output(sources.output); });
  std::vector<RunOutput> bases;
  for (const auto& base : sources.bases)
    if (auto output = all.read([&] { return read_run_output(base); })) bases.push_back(std::move(*output));
  const std::string sweep = is_of_sweep ? sources.output : sources.sweep;
  Json facts = {{"format", 1}};
  if (!sweep.empty())
    if (auto points = all.read([&] { return sweep_facts(sweep); })) facts["sweep"] = std::move(*points);
  all.expect_all();
  if (run) add_run(facts, *run, bases);
  else facts["title"] = facts["sweep"]["name"];
  remove_folders(facts, pointer_steps(run));
  return facts;
}

std::string page_of(const std::string& page_template, const Json& facts) {
  const auto place = page_template.find(kPlace);
  if (place == std::string::npos) throw std::runtime_error("the page's template has no place for facts");
  std::string page = page_template.substr(0, place);
  for (const char letter : facts.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (letter == '<') page += "\\u003c";
    else page += letter;
  }
  return page + page_template.substr(place + kPlace.size());
}

std::optional<std::string> page_template() {
  return read_file(program_file("report.html"));
}

}  // namespace headroom

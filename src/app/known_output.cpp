#include "app/known_output.hpp"

#include <algorithm>
#include <array>

#include "base/problem.hpp"
#include "config/json.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr std::array kFiles = {"summary.json",     "power.json",     "latency.json",  "events.json",   "requests.csv",
                               "resolved.json",    "trace.json",     "spectrum.json", "grid.json",     "summary.csv.gz",
                               "power.csv.gz",     "latency.csv.gz", "events.csv.gz", "tables.sqlite", "heat.json",
                               "host.json",        "series.json",    "nodes.json",    "pools.csv.gz",  "classes.csv.gz",
                               "instances.csv.gz", "stages.csv"};

bool is_own_file(const fs::directory_entry& entry) {
  return entry.symlink_status().type() == fs::file_type::regular &&
         std::ranges::find(kFiles, entry.path().filename().string()) != kFiles.end();
}

/// Whether a file is a JSON object with all these keys.
template <std::size_t N>
bool has_keys(const fs::path& file, const std::array<const char*, N>& keys) {
  try {
    const Json json = parse_json_file(file);
    return std::ranges::all_of(keys, [&](const char* key) { return json.contains(key); });
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace

bool is_known_output(const fs::path& directory) {
  std::error_code error;
  if (fs::symlink_status(directory, error).type() != fs::file_type::directory) return false;
  if (fs::is_empty(directory, error)) return true;
  const fs::directory_iterator entries(directory, error);
  return !error && std::ranges::all_of(entries, is_own_file) &&
         (has_keys(directory / "summary.json", std::array{"format", "scenario", "version", "fingerprint", "checks"}) ||
          has_keys(directory / "resolved.json", std::array{"name", "hardware", "site", "workload", "policy"}));
}

}  // namespace headroom

#include "report/run_output.hpp"

#include "base/file.hpp"
#include "base/problem.hpp"
#include "facility/site.hpp"
#include "report/lookup.hpp"

namespace headroom {
namespace fs = std::filesystem;

namespace {

constexpr double kMostServers = 1e6;

Json read_object(const fs::path& file) {
  if (!is_file(file)) return nullptr;
  Json json = parse_json_file(file);
  if (!json.is_object()) throw InputError(file.string(), "must be an object");
  return json;
}

SiteConfig site_config(const Json& resolved) {
  SiteConfig config;
  const double servers = count_at(resolved, "/site/servers");
  if (!(servers >= 1 && servers <= kMostServers)) return {.name = "", .servers = 0, .levels = {}};
  config.servers = static_cast<std::uint32_t>(servers);
  for (const Json& level : part_at(resolved, "/site/levels")) {
    LevelConfig& added = config.levels.emplace_back();
    added.name = text_at(level, "/name");
    const double holds = count_at(level, "/holds");
    if (holds >= 0 && holds <= kMostServers) added.holds = static_cast<std::uint32_t>(holds);
  }
  return config;
}

}  // namespace

std::string name_of(const fs::path& path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

std::vector<SiteServers> RunOutput::site() const {
  const SiteConfig config = site_config(resolved);
  if (config.servers == 0) return {};
  const Site site(config);
  std::vector<SiteServers> nodes;
  for (const SiteNode& node : site.nodes()) {
    SiteServers& under = nodes.emplace_back(SiteServers{site.tree().path(node.id), {}});
    for (std::size_t i = 0; i < node.servers; ++i)
      under.servers.push_back(site.tree().path(site.server(node.first_server + i)));
  }
  return nodes;
}

RunOutput read_run_output(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw InputError(folder.string(), "is not the output directory of a run");
  RunOutput run;
  run.name = name_of(folder);
  run.folder = folder.string();
  run.summary = read_object(folder / "summary.json");
  if (run.summary.is_null() || !run.summary.contains("scenario"))
    throw InputError(folder.string(), "holds no summary.json of a run");
  if (count_at(run.summary, "/format") != 1)
    throw InputError(run.where("summary.json", "/format"), "must be 1 for this version to read it");
  run.power = read_object(folder / "power.json");
  run.latency = read_object(folder / "latency.json");
  run.events = read_object(folder / "events.json");
  run.resolved = read_object(folder / "resolved.json");
  run.series = read_object(folder / "series.json");
  run.heat = read_object(folder / "heat.json");
  return run;
}

}  // namespace headroom

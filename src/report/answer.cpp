#include "report/answer.hpp"

#include <algorithm>
#include <optional>

#include "base/problem.hpp"
#include "base/readable.hpp"
#include "report/lookup.hpp"
#include "report/power_facts.hpp"
#include "report/wording.hpp"

namespace headroom {
namespace {

constexpr double kNotable = 0.005;  ///< a change of latency that is worth a word

std::string seconds(double time_s) {
  return time_s < 10 ? rounded(time_s, 1) + " s" : readable(Seconds(time_s));
}

/// Time summed over servers.
std::string server_time(double time_s) {
  return time_s < 3600 ? readable(Seconds(time_s)) + " of a server" : rounded(time_s / 3600, 1) + " server-hours";
}

/// The class whose 99th percentile of end-to-end latency rose most against the base.
std::string who_paid(const RunOutput& run, const RunOutput& base) {
  std::string worst;
  double most = kNotable;
  for (const auto& [name, result] : part_at(run.summary, "/classes").items()) {
    const std::string pointer = "/classes/" + pointer_step(name) + "/latency/e2e_s/p99";
    const auto now = number_at(run.summary, pointer), before = number_at(base.summary, pointer);
    if (!now || !before || *before <= 0 || *now / *before - 1 <= most) continue;
    most = *now / *before - 1;
    worst = name;
  }
  if (worst.empty()) return "no class waits notably longer than in " + base.name;
  return worst + " pays: its 99th percentile of end-to-end latency is " + percent(most) + " longer than in " +
         base.name;
}

std::string held_text(const RunOutput& run) {
  const double held = count_at(run.summary, "/throttle/throttled_server_s");
  const double hot = count_at(run.summary, "/thermal/throttled_server_s");
  std::string text;
  if (held > 0) text += "servers were held back for " + server_time(held);
  if (hot > 0) text += (text.empty() ? "servers were" : ", and") + std::string(" too hot for ") + server_time(hot);
  return text.empty() ? "no server was held back" : text;
}

std::string node_text(const NodeLoad& node) {
  return node.node + (node.sampled ? "'s largest sample is " : "'s peak is ") + percent(node.load_fraction) +
         " of its budget";
}

/// Whether a sample was above what its node might draw at the time.
bool has_overload(const RunOutput& run) {
  return std::ranges::any_of(part_at(run.events, "/events"),
                             [](const Json& event) { return event.value("kind", "") == "overload"; });
}

struct Verdict {
  Finding finding = Finding::good;
  std::string word, text;
};

Verdict verdict_of(const RunOutput& run, const std::vector<NodeLoad>& nodes) {
  const double trips = count_at(run.summary, "/throttle/trips"), brakes = count_at(run.summary, "/throttle/brakes");
  const std::string limits = counts(brakes, "brake") + " and " + counts(trips, "trip");
  if (nodes.empty()) {
    const auto peak = number_at(run.summary, "/power/site/peak_w");
    return {trips > 0 ? Finding::bad : Finding::plain,
            trips > 0 ? "A protection device tripped" : "No node has a budget",
            (peak ? "the site draws up to " + watts(*peak) + ", with " : "") + limits};
  }
  const NodeLoad& worst = nodes.front();
  const bool above = std::ranges::any_of(nodes, [](const NodeLoad& node) { return node.load_fraction > 1; });
  const bool above_lowered = !above && has_overload(run);
  const bool fits = trips == 0 && brakes == 0 && !above && !above_lowered;
  const std::string lowered = above_lowered ? "samples were above a budget that an incident had lowered; " : "";
  return {fits ? Finding::good : Finding::bad, fits ? "Fits" : "Does not fit",
          lowered + (trips + brakes > 0 ? limits + "; " + node_text(worst) : node_text(worst) + ", with " + limits)};
}

/// Nodes that were held against a grid specification, and those that did not pass.
struct GridCheck {
  std::size_t checked = 0, outside = 0;
};

GridCheck grid_check(const RunOutput& run) {
  GridCheck check;
  for (const Json& node : part_at(run.summary, "/grid"))
    if (const Json* passed = found(node, "/passed")) {
      ++check.checked;
      if (*passed != true) ++check.outside;
    }
  return check;
}

class Tiles {
 public:
  Tiles(const RunOutput& run, const RunOutput* base) : run_(run), base_(base) {}

  void add(const std::string& label, const std::string& value, Finding finding, const std::string& note = "") {
    list_.push_back({{"label", label}, {"value", value}, {"finding", word_of(finding)}, {"note", note}});
  }
  /// What the base has at the pointer of the last one, as `say` puts it.
  template <typename Say>
  void add_base(const std::string& pointer, Say say) {
    if (!base_) return;
    if (const auto before = number_at(base_->summary, pointer)) list_.back()["base"] = say(*before);
  }
  void add_count(const std::string& label, const std::string& pointer, Finding if_any) {
    const auto count = number_at(run_.summary, pointer);
    if (!count) return;
    add(label, whole(*count), *count > 0 ? if_any : Finding::good);
    add_base(pointer, whole);
  }
  [[nodiscard]] std::optional<double> number(const std::string& pointer) const {
    return number_at(run_.summary, pointer);
  }
  [[nodiscard]] Json take() { return std::move(list_); }

 private:
  const RunOutput& run_;
  const RunOutput* base_;
  Json list_ = Json::array();
};

void add_power(Tiles& tiles, const RunOutput& run) {
  const auto nodes = budgeted_nodes(run.summary);
  if (nodes.empty()) {
    if (const auto peak = tiles.number("/power/site/peak_w")) {
      tiles.add("peak of the site", watts(*peak), Finding::plain);
      tiles.add_base("/power/site/peak_w", watts);
    }
    return;
  }
  const NodeLoad& worst = nodes.front();
  tiles.add(worst.sampled ? "largest sample, of the budget" : "peak, of the budget", percent(worst.load_fraction),
            worst.load_fraction > 1 ? Finding::bad : Finding::good, worst.node);
  tiles.add_base("/power/" + pointer_step(worst.node) + (worst.sampled ? "/telemetry_peak_w" : "/peak_w"),
                 [&](double power) { return percent(power / worst.budget_w); });
  double above = 0;
  for (const NodeLoad& node : nodes) above = std::max(above, node.above_budget_s);
  tiles.add("time above a budget", seconds(above), above > 0 ? Finding::watch : Finding::good,
            "by instantaneous power, of the node that has most");
}

void add_throttle(Tiles& tiles, const RunOutput& run) {
  tiles.add_count("trips", "/throttle/trips", Finding::bad);
  tiles.add_count("brakes", "/throttle/brakes", Finding::bad);
  const double acts = count_at(run.summary, "/throttle/clock_locks") + count_at(run.summary, "/throttle/cap_events");
  if (acts > 0)
    tiles.add("locks and caps", whole(acts), Finding::plain,
              server_time(count_at(run.summary, "/throttle/throttled_server_s")) + " held back");
  if (const auto hottest = tiles.number("/thermal/gpu_c/max"))
    tiles.add("hottest die", rounded(*hottest, 1) + " \u00b0C",
              count_at(run.summary, "/thermal/throttles") > 0 ? Finding::watch : Finding::good,
              counts(count_at(run.summary, "/thermal/throttles"), "throttle"));
}

void add_requests(Tiles& tiles, const RunOutput& run) {
  if (count_at(run.summary, "/requests/arrived") == 0) return;
  tiles.add_count("requests completed", "/requests/completed", Finding::plain);
  tiles.add_count("requests rejected", "/requests/rejected", Finding::bad);
  if (const auto attained = tiles.number("/slo/attained_fraction")) {
    tiles.add("SLO attained", rounded(100 * *attained, 2) + " %", *attained < 0.99 ? Finding::watch : Finding::good,
              "of requests with targets");
    tiles.add_base("/slo/attained_fraction", [](double before) { return rounded(100 * before, 2) + " %"; });
  }
  if (const auto p99 = tiles.number("/latency/e2e_s/p99")) {
    tiles.add("end to end, 99th percentile", rounded(*p99, 1) + " s", Finding::plain);
    tiles.add_base("/latency/e2e_s/p99", [](double before) { return rounded(before, 1) + " s"; });
  }
}

void add_training(Tiles& tiles, const RunOutput& run) {
  if (const auto burned = tiles.number("/smoothing/burned_fraction"))
    tiles.add("burned for smoothing", percent(*burned), Finding::plain, "of the useful energy");
  if (const GridCheck grid = grid_check(run); grid.checked > 0)
    tiles.add("nodes within the grid specification",
              std::to_string(grid.checked - grid.outside) + " of " + std::to_string(grid.checked),
              grid.outside == 0 ? Finding::good : Finding::bad);
}

void add_energy(Tiles& tiles) {
  if (const auto energy = tiles.number("/energy/facility_kwh")) {
    tiles.add("energy", rounded(*energy, 1) + " kWh", Finding::plain, "servers and distribution; cooling is not in it");
    tiles.add_base("/energy/facility_kwh", [](double before) { return rounded(before, 1) + " kWh"; });
  }
  if (const auto carbon = tiles.number("/carbon_kg")) tiles.add("carbon", rounded(*carbon, 1) + " kg", Finding::plain);
  if (const auto cost = tiles.number("/cost_usd")) tiles.add("cost", rounded(*cost, 2) + " USD", Finding::plain);
  if (const auto held = tiles.number("/uncertainty/held_fraction"))
    tiles.add("draws of model errors that fit", percent(*held), *held < 1 ? Finding::watch : Finding::good);
}

}  // namespace

Json answer_of(const RunOutput& run, const RunOutput* base) {
  Verdict verdict = verdict_of(run, budgeted_nodes(run.summary));
  std::string text = verdict.word + ": " + verdict.text;
  if (const double lost = count_at(run.summary, "/requests/rejected"); lost > 0) {
    text += "; " + counts(lost, "request") + (lost == 1 ? " was" : " were") + " rejected";
    if (verdict.finding == Finding::good) verdict.finding = Finding::watch;
  }
  if (const GridCheck grid = grid_check(run); grid.outside > 0) {
    text += "; " + std::to_string(grid.outside) + " of " + std::to_string(grid.checked) +
            " nodes were not shown to keep the grid specification";
    verdict.finding = Finding::bad;
  }
  text += "; " + held_text(run);
  if (base && count_at(run.summary, "/requests/arrived") > 0) text += "; " + who_paid(run, *base);
  return {{"finding", word_of(verdict.finding)}, {"verdict", verdict.word}, {"text", text + "."}};
}

Json tiles_of(const RunOutput& run, const RunOutput* base) {
  Tiles tiles(run, base);
  add_power(tiles, run);
  add_throttle(tiles, run);
  add_requests(tiles, run);
  add_training(tiles, run);
  add_energy(tiles);
  return tiles.take();
}

}  // namespace headroom

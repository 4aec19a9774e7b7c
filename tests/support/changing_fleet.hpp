#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "support/instance_bench.hpp"
#include "support/run_without_simgrid.hpp"

namespace headroom::test {

/// The variants of `changing_scenario`: its service on two GPUs, on four, on one, and another model on two.
inline const VariantId kTwo(0), kFour(1), kOne(2), kOther(3);

/// Servers of four GPUs with instances of two each. An instance boots for 3 s, loads 2000 bytes in 2 s, warms up for
/// 1 s; it re-shards in 4 s and may drain for 10 s. Idle GPUs draw 50 W, with a model 60 W, at work 360 W, and their
/// server 100 W more.
inline Scenario changing_scenario(std::uint32_t servers = 1) {
  Scenario s = small_scenario(servers);
  s.hardware.server.gpus = 4;
  s.hardware.server.rated = Power(2000);
  s.hardware.server.psu_rated = Power(4000);
  ServiceConfig& serving = *s.serving;
  serving.model.heads = serving.model.kv_heads = 4;
  serving.tensor_parallel = 2;
  serving.variants["four"].tensor_parallel = 4;
  serving.variants["one"].tensor_parallel = 1;
  serving.variants["other"].model = serving.model;
  serving.variants["other"].model->name = "other";
  serving.start = {Seconds(3), 1000, Seconds(1), Seconds(4), 0.0};
  serving.drain.limit = Seconds(10);
  s.duration = Seconds(60);
  return s;
}

/// Acts, and looks, at given dates, multiples of half a second.
struct AtDates : Controller {
  using Step = std::function<void(const ControlView&, Actions&)>;
  std::multimap<double, Step> steps;
  [[nodiscard]] Seconds period() const override { return Seconds(0.5); }
  [[nodiscard]] bool follows_power() const override { return false; }
  void control(const ControlView& view, Actions& actions) override {
    const auto [from, to] = steps.equal_range(view.now.value());
    actions.because("script");
    for (auto step = from; step != to; ++step) step->second(view, actions);
  }
};

/// What became of each request, by its id.
struct Ends : RunListener {
  struct End {
    double first_token = 0, at = 0;
    std::size_t instance = 0;
    bool operator==(const End&) const = default;
  };
  std::map<std::uint64_t, End> of;
  void completed(const Sequence& sequence, InstanceId id, Seconds now) override {
    of[sequence.request.id] = {sequence.first_token.value(), now.value(), id.index()};
  }
};

/// A run of a fleet that a script changes. Who looks at a date comes before what is asked for at that date, which acts
/// at once.
class ScriptedRun {
 public:
  explicit ScriptedRun(Scenario s) : scenario(std::move(s)) {}

  void at(double date, Action action) {
    script_.steps.emplace(date, [action](const ControlView&, Actions& actions) { actions.add(action); });
  }
  void look(double date, std::function<void(const ControlView&)> step) {
    script_.steps.emplace(date, [step](const ControlView& view, Actions&) { step(view); });
  }
  Report run(std::vector<Request> requests = {}, std::vector<std::string> types = {""}) {
    add_controller(scenario, "script", std::make_unique<AtDates>(script_));
    scenario.policy.controllers.back().scope = scope;
    ClassTable classes;
    for (const std::string& type : types) classes.add(type, Priority::low);
    parts =
        std::make_unique<RunWithoutSimGrid>(scenario, classes, std::move(requests), std::vector<RunListener*>{&ends});
    parts->run();
    return parts->report();
  }

  [[nodiscard]] double power_of_server(std::size_t i) const {
    return parts->site.tree().power(parts->site.server(i)).value();
  }
  [[nodiscard]] std::uint64_t gpus(GpuUse use) const { return parts->fleet.gpu_books().count(use); }
  [[nodiscard]] Status status(std::size_t instance) const { return parts->fleet.view()[InstanceId(instance)].status; }

  Scenario scenario;
  std::optional<ControllerScope> scope;  ///< of the script
  std::unique_ptr<RunWithoutSimGrid> parts;
  Ends ends;

 private:
  AtDates script_;
};

/// Events of a kind, as `time/duration target: cause`; without a duration where they do not last.
inline std::vector<std::string> events_of(const Report& report, std::string_view kind) {
  std::vector<std::string> found;
  for (const EventRecord& event : report.events) {
    if (report.texts.kind(event) != kind) continue;
    std::string text = shortest(event.time_s);
    if (event.duration_s >= 0) text += "/" + shortest(event.duration_s);
    found.push_back(text + " " + report.texts[event.target] + ": " + report.texts[event.cause]);
  }
  return found;
}

/// So many requests of ten prompt tokens, at these dates, ids in their order.
inline std::vector<Request> requests_at(std::initializer_list<double> dates, std::uint32_t output) {
  std::vector<Request> requests;
  for (const double date : dates) requests.push_back(request(requests.size(), date, 10, output));
  return requests;
}

inline Deploy deploy(std::size_t server, std::vector<Member> members) {
  return {{ServerId(server)}, std::move(members)};
}
inline Member member(VariantId variant, std::size_t server, std::uint16_t first_gpu) {
  return {variant, PoolId(0), ServerId(server), first_gpu};
}

}  // namespace headroom::test

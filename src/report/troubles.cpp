#include "report/troubles.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "base/problem.hpp"
#include "base/readable.hpp"
#include "report/answer.hpp"
#include "report/lookup.hpp"
#include "report/wording.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostOfAKind = 12;

struct TroubleKind {
  const char* kind;
  const char* what;
  Finding finding;
  bool of_many = false;  ///< one decision about many servers, which is one trouble
};

/// Kinds of events that nobody wants, the worst first.
constexpr std::array<TroubleKind, 7> kTroubles = {{{"trip", "protection tripped", Finding::bad},
                                                   {"power_brake", "power brake", Finding::bad, true},
                                                   {"overload", "sample above the budget", Finding::bad},
                                                   {"evicted", "eviction", Finding::bad},
                                                   {"thermal_throttle", "GPUs too hot", Finding::watch},
                                                   {"start_failed", "an instance did not start", Finding::watch},
                                                   {"not_applied", "a command came too late", Finding::watch}}};

constexpr std::array<std::pair<const char*, const char*>, 5> kReasons = {
    {{"lost", "lost with the power of their server"},
     {"queue_full", "queue full"},
     {"no_instance", "no instance serves them"},
     {"too_long", "too long for the KV memory"},
     {"router", "turned away by the router"}}};

/// All events of a kind at one target, or of one decision.
struct Repeated {
  std::string target, cause;
  std::size_t count = 0;
  double first_s = 0, total_s = 0;
};

std::vector<Repeated> repeated_of(std::span<const RunEvent> events, const TroubleKind& kind) {
  std::map<std::pair<double, std::string>, Repeated> targets;
  for (const RunEvent& event : events) {
    if (event.kind != kind.kind) continue;
    Repeated& repeated = targets[kind.of_many ? std::pair(event.time_s, event.cause) : std::pair(0.0, event.target)];
    if (repeated.count++ == 0) repeated = {event.target, event.cause, 1, event.time_s, 0};
    repeated.total_s += event.duration_s;
  }
  std::vector<Repeated> list;
  for (auto& [key, repeated] : targets) list.push_back(std::move(repeated));
  std::ranges::stable_sort(list, std::greater(), [](const Repeated& one) { return std::pair(one.total_s, one.count); });
  return list;
}

void add(Json& list, Finding finding, const std::string& what, const std::string& where, const std::string& cause) {
  list.push_back({{"finding", word_of(finding)}, {"what", what}, {"where", where}, {"cause", cause}});
}

void add_events(Json& list, const TroubleKind& kind, std::span<const RunEvent> events) {
  const auto targets = repeated_of(events, kind);
  for (std::size_t i = 0; i < std::min(targets.size(), kMostOfAKind); ++i) {
    const Repeated& one = targets[i];
    std::string what = kind.what;
    if (one.count > 1) what += ", " + counts(static_cast<double>(one.count), kind.of_many ? "server" : "time");
    const double shown_s = kind.of_many ? one.total_s / static_cast<double>(one.count) : one.total_s;
    if (one.total_s > 0)
      what += ", " + readable(Seconds(shown_s)) + (one.count == 1 ? "" : kind.of_many ? " each" : ", all together");
    add(list, kind.finding, what, one.target + (kind.of_many && one.count > 1 ? " and others" : ""), one.cause);
    list.back()["time_s"] = one.first_s;
  }
  if (targets.size() > kMostOfAKind)
    add(list, kind.finding, kind.what, counts(static_cast<double>(targets.size() - kMostOfAKind), "more place"), "");
}

void add_rejections(Json& list, const RunOutput& run) {
  const double arrived = count_at(run.summary, "/requests/arrived");
  for (const auto& [key, reason] : kReasons) {
    const double count = count_at(run.summary, std::string("/requests/rejected_by/") + key);
    if (count > 0)
      add(list, Finding::bad, counts(count, "request") + " rejected", percent(count / arrived) + " of all", reason);
  }
  const double all = count_at(run.summary, "/requests/rejected");
  if (all > 0 && !found(run.summary, "/requests/rejected_by"))
    add(list, Finding::bad, counts(all, "request") + " rejected", percent(all / arrived) + " of all", "");
  const double late = count_at(run.summary, "/requests/in_flight_older_than_p99");
  if (late > 0)
    add(list, Finding::watch, counts(late, "request") + " still waiting at the end", "",
        "longer than 99 % of those that completed, so that latencies look better than they are");
}

void add_grid(Json& list, const RunOutput& run) {
  for (const auto& [node, result] : part_at(run.summary, "/grid").items())
    for (const auto& [limit, verdict] : part_at(result, "/verdicts").items())
      if (const Json* passed = found(verdict, "/passed"); passed && *passed == false) {
        const Json* testable = found(verdict, "/testable");
        const bool tested = !testable || *testable != false;
        add(list, tested ? Finding::bad : Finding::watch,
            tested ? "outside the grid specification" : "a limit could not be tested", node,
            limit + " " + digits(count_at(verdict, "/value"), 5) + ", limit " + digits(count_at(verdict, "/limit"), 5));
      }
}

}  // namespace

Json troubles_of(const RunOutput& run, std::span<const RunEvent> events) {
  Json list = Json::array();
  for (const TroubleKind& kind : kTroubles) add_events(list, kind, events);
  add_rejections(list, run);
  add_grid(list, run);
  for (const auto& [book, residual] : part_at(run.summary, "/checks").items())
    if (residual.is_number() && residual.get<double>() > 1e-9)
      add(list, Finding::bad, "books do not balance", book, "a fault of the program");
  for (const Json& warning : part_at(run.summary, "/warnings"))
    add(list, Finding::watch, "warning", text_at(warning, "/where"), text_at(warning, "/what"));
  return list;
}

}  // namespace headroom

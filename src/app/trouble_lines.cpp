#include "app/trouble_lines.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "app/print.hpp"
#include "base/readable.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kMostTold = 3;

std::string share(double part, double whole) {
  return line("%.3g %%", 100.0 * part / whole);
}

std::vector<const EventRecord*> events_called(const Report& report, std::string_view kind) {
  std::vector<const EventRecord*> found;
  for (const EventRecord& event : report.events)
    if (report.texts.kind(event) == kind) found.push_back(&event);
  return found;
}

std::string trip_lines(const Report& report) {
  const auto trips = events_called(report, "trip");
  std::string text;
  for (std::size_t i = 0; i < std::min(trips.size(), kMostTold); ++i)
    text += "  " + report.texts[trips[i]->target] + " tripped at " + readable(Seconds(trips[i]->time_s)) + ": " +
            report.texts[trips[i]->cause] + "\n";
  if (trips.size() > kMostTold) text += "  " + counted(trips.size() - kMostTold, "more trip") + "\n";
  double all = 0;
  for (const auto& [use, hours] : report.fleet.gpu_hours) all += hours;
  const auto dark = report.fleet.gpu_hours.find("down");
  if (dark != report.fleet.gpu_hours.end() && dark->second > 0)
    text += "  servers were without power for " + share(dark->second, all) + " of all GPU hours\n";
  return text;
}

std::string brake_line(const Report& report) {
  if (report.throttle.brakes == 0) return "";
  const EventRecord& first = *events_called(report, "power_brake").front();
  return "  " + counted(report.throttle.brakes, "power brake") + ", the first decided at " +
         readable(Seconds(first.time_s)) + ": " + report.texts[first.cause] + "\n";
}

std::string budget_lines(const Report& report) {
  std::string text;
  std::size_t nodes = 0;
  for (const NodeResult& node : report.nodes) {
    if (!node.budget || node.meter.above_budget() <= Seconds()) continue;
    if (++nodes > kMostTold) continue;
    text += "  " + node.path + " drew more than its budget for " + readable(node.meter.above_budget()) +
            line(", at most %.1f of %.1f kW\n", node.meter.peak().value() / 1e3, node.budget->value() / 1e3);
  }
  if (nodes > kMostTold) text += "  " + counted(nodes - kMostTold, "more node") + " did\n";
  return text;
}

std::string request_lines(const Report& report) {
  std::string text;
  if (report.all.rejected > 0)
    text += "  " + counted(report.all.rejected, "request") + ", " +
            share(static_cast<double>(report.all.rejected), static_cast<double>(report.all.arrived)) +
            " of all, were rejected" + rejection_reasons(report.all) + "\n";
  if (report.all.squashed > 0)
    text += "  " + counted(report.all.squashed, "request") + " waited too long and were dropped by a controller\n";
  for (const auto& [name, result] : report.classes)
    if (2 * result.slo_attained < result.slo_counted)
      text += "  " + name + " attained its SLO in " +
              share(static_cast<double>(result.slo_attained), static_cast<double>(result.slo_counted)) +
              " of requests\n";
  return text;
}

}  // namespace

std::string rejection_reasons(const ClassResult& result) {
  constexpr std::array<const char*, 5> said{"too long", "queue full", "no instance up", "by the router", "lost"};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < said.size(); ++i)
    if (result.rejected_by[i] > 0) parts.push_back(grouped(result.rejected_by[i]) + " " + said[i]);
  return parts.empty() ? "" : " (" + join(parts, ", ") + ")";
}

std::string trouble_lines(const Report& report) {
  std::string text = trip_lines(report) + request_lines(report) + brake_line(report) + budget_lines(report);
  if (report.thermal && report.thermal->site.throttles > 0)
    text += "  GPUs too hot: " + counted(report.thermal->site.throttles, "throttle") + " over " +
            readable(Seconds(report.thermal->site.throttled_server_s)) + ", summed over servers\n";
  for (const GridResult& node : report.grid)
    if (node.failed()) text += "  " + node.path + " is outside its grid specification\n";
  return text.empty() ? "" : "  what went wrong\n" + text + "\n";
}

}  // namespace headroom

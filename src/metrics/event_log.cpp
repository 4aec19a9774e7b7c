#include "metrics/event_log.hpp"

#include <utility>

#include "config/units.hpp"

namespace headroom {
namespace {

/// Finds the one number that an action has, in the unit of its name.
class NumberOfAction final : public Fields {
 public:
  std::string_view name;
  double value = 0;

 private:
  void visit(const Field& field, const Slot& slot) override {
    name = field.name;
    const auto unit = unit_of(field.name);
    if (const auto* number = std::get_if<NumberSlot>(&slot)) value = number->value / (unit ? unit->si : 1.0);
    else value = static_cast<double>(std::get<IntegerSlot>(slot).value);
  }
};

}  // namespace

std::uint32_t EventLog::decided(const Action& action, const std::string& target, const std::string& cause, Seconds now,
                                Seconds effective) {
  const auto kind = std::visit([](const auto& a) { return a.kind(); }, action);
  const std::uint32_t event = happened(kind, target, cause, now);
  records_[event].effective_s = effective.value();
  records_[event].is_decision = true;
  NumberOfAction number;
  std::visit([&](auto a) { a.fields(number); }, action);
  if (!number.name.empty()) measure(event, number.name, number.value);
  count(kind, records_[event]);
  return event;
}

std::uint32_t EventLog::happened(std::string_view kind, const std::string& target, const std::string& cause,
                                 Seconds now) {
  EventRecord& record = records_.emplace_back();
  record.time_s = now.value();
  record.kind = texts_.add(kind);
  record.target = texts_.add(target);
  record.cause = texts_.add(cause);
  return static_cast<std::uint32_t>(records_.size() - 1);
}

void EventLog::measure(std::uint32_t event, std::string_view name, double value) {
  records_[event].value_name = texts_.add(name);
  records_[event].value = value;
}

void EventLog::count(std::string_view kind, const EventRecord& record) {
  for (Counter& counter : counters_) {
    if (counter.kind != kind || (counter.time == record.time_s && counter.cause == record.cause)) continue;
    counter.time = record.time_s;
    counter.cause = record.cause;
    ++(throttling_.*counter.count);
  }
}

std::uint32_t EventLog::throttled(const std::string& target, const std::string& cause, Power limit, Seconds now) {
  const std::uint32_t event = happened("thermal_throttle", target, cause, now);
  records_[event].effective_s = now.value();
  records_[event].is_decision = true;
  measure(event, "power_w", limit.value());
  return event;
}

void EventLog::tripped(Seconds now, const std::string& node, const std::string& cause) {
  happened("trip", node, cause, now);
  ++throttling_.trips;
}

void EventLog::sampled(std::size_t node, const std::string& path, Power sample, Power budget, Seconds now) {
  if (overloads_.size() <= node) overloads_.resize(node + 1);
  auto& lasting = overloads_[node];
  if (sample > budget && !lasting) {
    lasting = happened("overload", path, "telemetry sample above the budget", now);
    measure(*lasting, "power_w", sample.value());
  } else if (sample <= budget && lasting) {
    end(*lasting, now);
    lasting.reset();
  }
}

void EventLog::finish(Seconds now, Report& report) {
  for (const auto& lasting : overloads_)
    if (lasting) end(*lasting, now);
  report.throttle = throttling_;
  report.events = std::move(records_);
  report.texts = std::move(texts_);
}

}  // namespace headroom

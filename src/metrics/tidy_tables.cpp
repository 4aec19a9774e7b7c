#include "metrics/tidy_tables.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/interrupt.hpp"
#include "config/finite_json.hpp"
#include "config/result_json.hpp"

namespace headroom {
namespace {

constexpr int kTidyQuantiles = 200;  ///< as latency.json has

/// A pointer as a name for a column: `/power/row0~1rack8/peak_w` is `power.row0.rack8.peak_w`.
std::string short_name(const std::string& pointer) {
  std::string name;
  for (std::size_t i = 1; i < pointer.size(); ++i) {
    const bool is_escape = pointer[i] == '~' && i + 1 < pointer.size();
    if (is_escape && pointer[++i] == '0') name += '~';
    else name += is_escape || pointer[i] == '/' ? '.' : pointer[i];
  }
  return name;
}

/// Numbers and texts of the summary, with the name and the pointer of each: which is the dictionary of the names.
void write_summary_rows(const Json& value, const std::string& pointer, TableSink& sink) {
  if (value.is_object())
    for (const auto& [key, child] : value.items()) write_summary_rows(child, pointer + '/' + pointer_step(key), sink);
  else if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      write_summary_rows(value[i], pointer + '/' + std::to_string(i), sink);
  else {
    const std::string name = short_name(pointer);
    const std::string text = value.is_string() ? value.get<std::string>() : value.is_boolean() ? value.dump() : "";
    const TidyCell number = value.is_number() ? TidyCell(value.get<double>()) : TidyCell();
    sink.row(std::array<TidyCell, 4>{name, number, text.empty() ? TidyCell() : TidyCell(text), pointer});
  }
}

void write_summary_table(const Report& report, TableSink& sink) {
  sink.begin("summary", std::array{TidyColumn{"name", true}, TidyColumn{"value"}, TidyColumn{"text", true},
                                   TidyColumn{"pointer", true}});
  write_summary_rows(result_json(slot_of(report)), "", sink);
  sink.end();
}

void write_power_table(const Report& report, TableSink& sink) {
  sink.begin("power", std::array{TidyColumn{"time_s"}, TidyColumn{"node", true}, TidyColumn{"mean_w"},
                                 TidyColumn{"min_w"}, TidyColumn{"max_w"}});
  for (const NodeResult& node : report.nodes) {
    stop_if_interrupted();
    const auto& series = node.meter.series();
    const auto values = series.values();
    for (std::size_t i = 0; i < values.mean_w.size(); ++i)
      sink.row(std::array<TidyCell, 5>{static_cast<double>(i) * series.bin().value(), node.path, values.mean_w[i],
                                       values.min_w[i], values.max_w[i]});
  }
  sink.end();
}

void write_quantiles(const std::string& name, std::string_view quantity, const QuantileSketch& sketch,
                     TableSink& sink) {
  if (sketch.empty()) return;
  for (int i = 0; i < kTidyQuantiles; ++i) {
    const double quantile = (i + 0.5) / kTidyQuantiles;
    sink.row(std::array<TidyCell, 4>{name, quantity, quantile, sketch.quantile(quantile)});
  }
}

void write_latencies(const std::string& name, const LatencyDigest& latency, TableSink& sink) {
  write_quantiles(name, "ttft", latency.ttft, sink);
  write_quantiles(name, "tbt", latency.tbt, sink);
  write_quantiles(name, "e2e", latency.e2e, sink);
}

void write_latency_table(const Report& report, TableSink& sink) {
  sink.begin("latency", std::array{TidyColumn{"class", true}, TidyColumn{"latency", true}, TidyColumn{"quantile"},
                                   TidyColumn{"value_s"}});
  write_latencies("all", report.all.latency, sink);
  for (const auto& [name, result] : report.classes) write_latencies(name, result.latency, sink);
  sink.end();
}

void write_event_table(const Report& report, TableSink& sink) {
  sink.begin("events", std::array{TidyColumn{"time_s"}, TidyColumn{"effective_s"}, TidyColumn{"duration_s"},
                                  TidyColumn{"kind", true}, TidyColumn{"target", true}, TidyColumn{"cause", true},
                                  TidyColumn{"value"}, TidyColumn{"value_name", true}});
  const auto& texts = report.texts;
  for (const EventRecord& event : report.events) {
    const bool has_value = event.value_name != EventRecord::kNoValue;
    sink.row(std::array<TidyCell, 8>{event.time_s, event.is_decision ? TidyCell(event.effective_s) : TidyCell(),
                                     event.duration_s >= 0 ? TidyCell(event.duration_s) : TidyCell(), texts.kind(event),
                                     texts[event.target], texts[event.cause],
                                     has_value ? TidyCell(event.value) : TidyCell(),
                                     has_value ? TidyCell(texts[event.value_name]) : TidyCell()});
  }
  sink.end();
}

double at(const SeriesResult& series, std::size_t bin) {
  return static_cast<double>(bin) * series.bin.value();
}

void write_pool_table(const SeriesResult& series, TableSink& sink) {
  sink.begin("pools",
             std::array{TidyColumn{"time_s"}, TidyColumn{"pool", true}, TidyColumn{"running"}, TidyColumn{"waiting"},
                        TidyColumn{"prompt_tokens_per_s"}, TidyColumn{"output_tokens_per_s"}});
  for (const SeriesResult::Pool& pool : series.pools)
    for (std::size_t i = 0; i < pool.running.size(); ++i)
      sink.row(std::array<TidyCell, 6>{at(series, i), pool.name, pool.running[i], pool.waiting[i],
                                       pool.prompt_tokens_per_s[i], pool.output_tokens_per_s[i]});
  sink.end();
}

void write_class_table(const SeriesResult& series, TableSink& sink) {
  sink.begin("classes", std::array{TidyColumn{"time_s"}, TidyColumn{"class", true}, TidyColumn{"arrived"},
                                   TidyColumn{"completed"}, TidyColumn{"ttft_mean_s"}, TidyColumn{"ttft_max_s"},
                                   TidyColumn{"e2e_mean_s"}, TidyColumn{"e2e_max_s"}});
  for (const SeriesResult::Class& of_class : series.classes)
    for (std::size_t i = 0; i < of_class.arrived.size(); ++i) {
      const bool any = of_class.completed[i] > 0;
      const auto latency = [&](double value) { return any ? TidyCell(value) : TidyCell(); };
      sink.row(std::array<TidyCell, 8>{at(series, i), of_class.name, static_cast<double>(of_class.arrived[i]),
                                       static_cast<double>(of_class.completed[i]), latency(of_class.ttft_mean_s[i]),
                                       latency(of_class.ttft_max_s[i]), latency(of_class.e2e_mean_s[i]),
                                       latency(of_class.e2e_max_s[i])});
    }
  sink.end();
}

void write_instance_table(const std::vector<InstancePlace>& instances, TableSink& sink) {
  sink.begin("instances",
             std::array{TidyColumn{"instance"}, TidyColumn{"server", true}, TidyColumn{"rack", true},
                        TidyColumn{"row", true}, TidyColumn{"pool", true}, TidyColumn{"priority", true},
                        TidyColumn{"first_gpu"}, TidyColumn{"gpus"}, TidyColumn{"cpu_cores"},
                        TidyColumn{"status", true}, TidyColumn{"service", true}, TidyColumn{"variant", true}});
  const auto text = [](const std::string& word) { return word.empty() ? TidyCell() : TidyCell(word); };
  for (const InstancePlace& place : instances)
    sink.row(std::array<TidyCell, 12>{
        static_cast<double>(place.instance), place.server, text(place.rack), text(place.row), place.pool,
        text(place.priority), static_cast<double>(place.first_gpu), static_cast<double>(place.gpus),
        static_cast<double>(place.cpu_cores), place.status, text(place.service), text(place.variant)});
  sink.end();
}

}  // namespace

void write_tables(const Report& report, TableSink& sink) {
  write_summary_table(report, sink);
  write_power_table(report, sink);
  write_latency_table(report, sink);
  write_event_table(report, sink);
  if (report.series.pools.empty()) return;
  write_pool_table(report.series, sink);
  write_class_table(report.series, sink);
  write_instance_table(report.instances, sink);
}

}  // namespace headroom

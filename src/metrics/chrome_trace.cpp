#include "metrics/chrome_trace.hpp"

#include <nlohmann/json.hpp>

#include "config/finite_json.hpp"
#include "headroom/fields.hpp"

namespace headroom {
namespace {

const char* name_of(const StepShape& step) {
  if (step.prefill_tokens == 0) return "decode";
  return step.decodes == 0 ? "prefill" : "mixed";
}

}  // namespace

ChromeTrace::ChromeTrace(const std::filesystem::path& file) : out_(file) {
  out_
      << R"({"displayTimeUnit":"ms","traceEvents":[{"name":"process_name","ph":"M","pid":0,"args":{"name":"instances"}},)"
      << R"({"name":"process_name","ph":"M","pid":1,"args":{"name":"controllers"}})";
}

void ChromeTrace::ran(InstanceId instance, const StepShape& step, Seconds from, Seconds to, std::uint64_t steps,
                      Hertz clock, Power gpu_power) {
  const nlohmann::ordered_json event = {{"name", name_of(step)},
                                        {"ph", "X"},
                                        {"pid", 0},
                                        {"tid", instance.index()},
                                        {"ts", from.value() * 1e6},
                                        {"dur", (to - from).value() * 1e6},
                                        {"args",
                                         {{"decodes", static_cast<std::uint64_t>(step.decodes)},
                                          {"prefill_tokens", static_cast<std::uint64_t>(step.prefill_tokens)},
                                          {"steps", steps},
                                          {"clock_mhz", clock.value() / 1e6},
                                          {"gpu_w", gpu_power.value()}}}};
  out_ << ",\n" << finite_text(event, "trace.json: /traceEvents");
}

/// Those that overlap stand beside each other: each has a beginning and an end of its own number.
void ChromeTrace::travelled(const KvTransfer& transfer) {
  if (transfers_++ == 0)
    out_ << ",\n"
         << R"({"name":"process_name","ph":"M","pid":2,"args":{"name":"network"}})";
  for (const bool ends : {false, true}) {
    const nlohmann::ordered_json event = {{"name", transfer.arrived ? "transfer" : "cut transfer"},
                                          {"cat", "network"},
                                          {"ph", ends ? "e" : "b"},
                                          {"id", transfers_},
                                          {"pid", 2},
                                          {"tid", 0},
                                          {"ts", (ends ? transfer.end : transfer.start).value() * 1e6},
                                          {"args",
                                           {{"request", transfer.sequence.request.id},
                                            {"from", transfer.from.index()},
                                            {"to", transfer.to.index()},
                                            {"bytes", transfer.bytes}}}};
    out_ << ",\n" << finite_text(event, "trace.json: /traceEvents");
  }
}

void ChromeTrace::close(const Report& report) {
  for (const auto& event : report.events) {
    const nlohmann::ordered_json line = {{"name", report.texts.kind(event) + " " + report.texts[event.target]},
                                         {"ph", "i"},
                                         {"s", "p"},
                                         {"pid", 1},
                                         {"tid", 0},
                                         {"ts", (event.is_decision ? event.effective_s : event.time_s) * 1e6},
                                         {"args", {{"cause", report.texts[event.cause]}}}};
    out_ << ",\n" << finite_text(line, "trace.json: /traceEvents");
  }
  out_ << "]}\n";
  out_.close();
}

}  // namespace headroom

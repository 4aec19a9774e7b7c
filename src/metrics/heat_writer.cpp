#include "base/interrupt.hpp"
#include "base/output_file.hpp"
#include "config/finite_json.hpp"
#include "metrics/writers.hpp"

namespace headroom {

/// Rack by rack, as power.json is written.
void write_heat(const HeatResult& heat, const std::filesystem::path& file) {
  OutputFile out(file);
  out << R"({"format":1,"start_s":0.0,"bin_s":)" << Json(heat.bin.value()).dump() << R"(,"racks":{)";
  const char* separator = "";
  for (const HeatResult::Rack& rack : heat.racks) {
    stop_if_interrupted();
    const Json series{{"gpu_c", rack.gpu_c}, {"inlet_c", rack.inlet_c}};
    out << separator << Json(rack.path).dump() << ':'
        << finite_text(series, "heat.json: /racks/" + pointer_step(rack.path));
    separator = ",";
  }
  out << "}}\n";
  out.close();
}

}  // namespace headroom

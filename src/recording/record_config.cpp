#include "recording/record_config.hpp"

#include "config/json.hpp"

namespace headroom {

void RecordColumns::fields(Fields& f) {
  f("time", time, "header of the time of a sample");
  f("gpu", gpu, "header of the GPU that was sampled");
  f("power", power, "header of its draw");
}

void RecordConfig::fields(Fields& f) {
  f("columns", columns, "which column of the file is what, where names alone do not say it");
  f("gpu", gpu, "which GPU of a file of several, as the file calls it or by its place from 0; absent: their mean");
  f("power_unit", power_unit, "what the file's powers count; absent: as header or cells say, else watts");
  f("time_unit", time_unit, "what the file's times are, where it does not say it");
  f("sample_s", sample, "time between the samples of a file without times", Range::between(1e-6, 1e6));
}

bool RecordConfig::given() const {
  return !columns.time.empty() || !columns.gpu.empty() || !columns.power.empty() || !wanted_gpu().empty() ||
         power_unit || time_unit || sample;
}

std::string RecordConfig::wanted_gpu() const {
  const Json value = Json::parse(gpu.text);
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void RecordConfig::check(const Scope& scope) const {
  const Json value = Json::parse(gpu.text);
  if (!value.is_null() && !value.is_string() && !value.is_number_unsigned())
    scope.at("gpu").problem("must be a whole number or the name of a GPU in the file");
}

}  // namespace headroom

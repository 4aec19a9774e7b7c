#include "scenario/cooling_config.hpp"

namespace headroom {

void CoolingConfig::fields(Fields& f) {
  f.required("outside", outside, "temperature outside");
  f("inlet", inlet, "mean temperature at the inlets of the servers");
  f("offsets", offsets, "how inlets differ from their mean");
  f("update_s", update, "time between updates of the inlets and samples of temperatures", Range::between(1e-3, 1e6));
}

}  // namespace headroom

#include "model/calibration_note.hpp"

namespace headroom {

void CalibrationNote::fields(Fields& f) {
  f("source", source, "where the measurements come from");
  f("quantity", quantity, "what was measured");
  f("points", points, "number of measurements", Range::between(0, 1e9));
  f("median_error_fraction", median_error_fraction, "median relative error over them", Range::between(0.0, 1e3));
  f("p90_error_fraction", p90_error_fraction, "90th percentile of the relative error", Range::between(0.0, 1e3));
}

}  // namespace headroom

#include "model/calibration_note.hpp"

namespace headroom {

void CalibrationNote::fields(Fields& f) {
  f("source", source, "where the measurements come from");
  f("quantity", quantity, "what was measured");
  f("points", points, "number of measurements");
  f("median_error_fraction", median_error_fraction, "median relative error over them", Range::non_negative());
  f("p90_error_fraction", p90_error_fraction, "90th percentile of the relative error", Range::non_negative());
}

}  // namespace headroom

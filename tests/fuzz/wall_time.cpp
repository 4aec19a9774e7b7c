#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "fuzz/support/scratch.hpp"
#include "table/utc_time.hpp"

using namespace headroom;

/// A date of a trace.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  WallTime time;
  if (parse_wall_time(fuzz::text_of(data, size), time))
    check_that(time.fraction_s >= 0 && time.fraction_s < 1, "a fraction of a second lies in [0, 1)");
  return 0;
}

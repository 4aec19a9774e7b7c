#pragma once

#include <optional>

#include "headroom/fields.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// Absolute latency targets; a request attains its SLO where it keeps all that are given. TBT counts as the request's
/// mean.
struct SloTargets {
  std::optional<Seconds> ttft, tbt, e2e;
  std::optional<double> quality;

  void fields(Fields& f) {
    f("ttft_s", ttft, "arrival to first token", Range::period());
    f("tbt_s", tbt, "mean time between the tokens of a request", Range::period());
    f("e2e_s", e2e, "arrival to last token", Range::period());
    f("quality", quality, "of the answer, at least, as services and their variants say it", Range::fraction());
  }
};

}  // namespace headroom

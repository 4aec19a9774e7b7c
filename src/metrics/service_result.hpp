#pragma once

#include "headroom/fields.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// One of several services.
struct ServiceResult {
  ClassResult requests;  ///< of the classes that its pools serve
  Energy gpu_energy{};   ///< of its instances

  void fields(Fields& f) const {
    f.part(requests);
    f.group("energy", "of its instances", [this](Fields& energy) {
      energy("gpu_kwh", gpu_energy, "drawn by their GPUs, starting and draining too");
      energy("gpu_per_request_wh", per_one(gpu_energy.value() / 3600, requests.completed), "over completed requests");
    });
  }
};

}  // namespace headroom

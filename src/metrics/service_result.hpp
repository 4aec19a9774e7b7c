#pragma once

#include "headroom/fields.hpp"
#include "metrics/class_result.hpp"

namespace headroom {

/// One of several services.
struct ServiceResult {
  ClassResult requests;                 ///< of the classes that its pools serve
  Energy gpu_energy{};                  ///< of its instances
  std::optional<Energy> core_energy{};  ///< of those on CPU cores, where there are such

  void fields(Fields& f) const {
    f.part(requests);
    f.group("energy", "of its instances", [this](Fields& energy) {
      energy("gpu_kwh", gpu_energy, "drawn by their GPUs, starting and draining too");
      energy("cpu_kwh", core_energy, "drawn by their CPU cores, where it has instances on such, beside an idle host");
      energy("gpu_per_request_wh", per_one(gpu_energy.value() / 3600, requests.completed), "over completed requests");
    });
  }
};

}  // namespace headroom

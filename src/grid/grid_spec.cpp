#include "grid/grid_spec.hpp"

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/reader.hpp"

namespace headroom {

void Band::fields(Fields& f) {
  f("from_hz", from, "lowest frequency", Range::frequency());
  f("to_hz", to, "highest frequency", Range::frequency());
}

void Band::check(const Scope& scope) const {
  if (from >= to)
    scope.problem("is empty: from_hz (" + shortest(from.value()) + ") must be below to_hz (" + shortest(to.value()) +
                  ")");
}

void GridSpec::fields(Fields& f) {
  f.required("name", name, "what the specification is called");
  f("source", source, "where the limits come from");
  f("band", band, "critical band; absent: the one of /grid");
  f("horizon_s", horizon, "ramps are moves over this time, divided by it", Range::period());
  f("ramp_up_w_per_s", ramp_up_w_per_s, "steepest rise", Range::ramp());
  f("ramp_down_w_per_s", ramp_down_w_per_s, "steepest fall, as a positive number", Range::ramp());
  f("dynamic_range_w", dynamic_range,
    "largest minus smallest power within any second; ramps count where a move is larger than this",
    Range::power_limit());
  f("in_band_energy_fraction", in_band_energy_fraction, "share of the swing's energy inside the band",
    Range{0.0, 1.0, true});
  f("in_band_bin_w", in_band_bin, "amplitude of any bin of the spectrum inside the band", Range::power_limit());
}

void GridSpec::check(const Scope& scope) const {
  if (!ramp_up_w_per_s && !ramp_down_w_per_s && !dynamic_range && !in_band_energy_fraction && !in_band_bin)
    scope.problem("must have at least one limit");
}

GridSpec load_spec(const std::string& name, const ConfigFolders& folders, const std::string& where) {
  Document document(folders.file_of("spec", name, "", where), folders);
  document.drop_description();
  GridSpec spec;
  read_config(document, spec);
  return spec;
}

}  // namespace headroom

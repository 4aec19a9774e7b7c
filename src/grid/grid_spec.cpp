#include "grid/grid_spec.hpp"

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/reader.hpp"

namespace headroom {

void Band::fields(Fields& f) {
  f("from_hz", from, "lowest frequency", Range::frequency());
  f("to_hz", to, "highest frequency", Range::frequency());
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

void check_band(const Band& band, const std::string& pointer, std::vector<Problem>& problems) {
  if (band.from >= band.to)
    problems.push_back({pointer, "is empty: from_hz (" + shortest(band.from.value()) + ") must be below to_hz (" +
                                     shortest(band.to.value()) + ")"});
}

std::vector<Problem> check(const GridSpec& spec, const std::string& pointer) {
  std::vector<Problem> problems;
  if (spec.band) check_band(*spec.band, pointer + "/band", problems);
  const bool limits = spec.ramp_up_w_per_s || spec.ramp_down_w_per_s || spec.dynamic_range ||
                      spec.in_band_energy_fraction || spec.in_band_bin;
  if (!limits) problems.push_back({pointer, "must have at least one limit"});
  return problems;
}

GridSpec load_spec(const std::string& name, const ConfigFolders& folders, const std::string& where) {
  const Document document(folders.file_of("spec", name, "", where), folders);
  GridSpec spec;
  read_config(document, spec);
  std::vector<Problem> problems;
  for (auto& problem : check(spec, "")) problems.push_back({document.where(problem.where), std::move(problem.what)});
  if (!problems.empty()) throw InputError(std::move(problems));
  return spec;
}

}  // namespace headroom

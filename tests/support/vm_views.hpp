#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "headroom/vm.hpp"

namespace headroom::test {

/// Temperatures and airflows by hand. A GPU settles at that of its server at TDP (400 W), less 0.1 K a watt below.
struct HandmadeHeat : Heat {
  std::vector<double> at_tdp_c;  ///< by server
  double limit_c = 85;
  std::vector<std::size_t> aisles_of;  ///< by server
  std::vector<double> supplies;        ///< by aisle

  Celsius inlet(ServerId) const override { return Celsius(20); }
  Celsius hottest_gpu(ServerId) const override { return Celsius(30); }
  Celsius gpu_limit(ServerId) const override { return Celsius(limit_c); }
  Celsius steady_gpu(ServerId server, std::size_t, std::size_t, Power per_gpu, Celsius) const override {
    return Celsius(at_tdp_c[server.index()] - 0.1 * (400 - per_gpu.value()));
  }
  double airflow(ServerId, Power gpus) const override { return gpus.value(); }
  std::size_t aisles() const override { return supplies.size(); }
  std::size_t aisle_of(ServerId server) const override { return aisles_of.empty() ? 0 : aisles_of[server.index()]; }
  double demand(std::size_t) const override { return 0; }
  double supply(std::size_t aisle) const override { return supplies[aisle]; }
};

/// Rows of free servers by hand, on each of which a machine adds what its GPUs draw, and as much air.
struct HandmadeVms : VmView {
  std::vector<std::size_t> rows_of;  ///< by server
  std::vector<bool> taken;           ///< by server
  std::vector<LoadSeries> rows_w;    ///< by row
  std::vector<double> limits_w;      ///< by row
  std::vector<LoadSeries> aisles;
  std::vector<std::size_t> opaque, serving;  ///< by row
  const Heat* warmth = nullptr;

  /// So many servers in each row, of no limit and load.
  HandmadeVms(std::size_t rows, std::size_t each, std::size_t steps = 3)
      : taken(rows * each), rows_w(rows, LoadSeries(steps)), limits_w(rows, 1e9), opaque(rows), serving(rows) {
    for (std::size_t i = 0; i < rows * each; ++i) rows_of.push_back(i / each);
  }

  std::size_t servers() const override { return rows_of.size(); }
  std::optional<std::uint16_t> first_gpu(const Vm&, ServerId server) const override {
    if (taken[server.index()]) return std::nullopt;
    return std::uint16_t{0};
  }
  Power gpu_tdp(ServerId) const override { return Power(400); }
  std::size_t rows() const override { return rows_w.size(); }
  std::size_t row_of(ServerId server) const override { return rows_of[server.index()]; }
  Power row_limit(std::size_t row) const override { return Power(limits_w[row]); }
  std::span<const double> row_w(std::size_t row) const override { return rows_w[row]; }
  std::span<const double> added_w(const Vm& vm, ServerId) const override { return vm.gpu_w; }
  std::span<const double> aisle_m3_per_s(std::size_t aisle) const override { return aisles[aisle]; }
  std::span<const double> added_m3_per_s(const Vm& vm, ServerId) const override { return vm.gpu_w; }
  std::size_t opaque_in_row(std::size_t row) const override { return opaque[row]; }
  std::size_t serving_in_row(std::size_t row) const override { return serving[row]; }
  const Heat* heat() const override { return warmth; }
};

}  // namespace headroom::test

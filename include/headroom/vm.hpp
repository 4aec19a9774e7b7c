#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "headroom/heat.hpp"
#include "headroom/id.hpp"
#include "headroom/policy.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// A load by steps of a cycle, as it is expected: power of a whole server (its input), airflow likewise. At least one
/// step; all of a run have as many.
using LoadSeries = std::vector<double>;

/// A virtual machine that asks for a place: it gets whole GPUs of one server.
struct Vm {
  std::uint32_t number = 0;          ///< in order of coming, from 0
  std::uint32_t group = 0;           ///< those of one customer, or of one endpoint
  std::optional<ServiceId> service;  ///< whose instance it runs; none: opaque
  std::uint16_t gpus = 8;
  std::span<const double> gpu_w;  ///< that each of its GPUs is expected to draw, by step of the cycle
  double draw = 0;  ///< a number from 0 to below 1 of its own, the same whenever it asks: for who decides by chance
  [[nodiscard]] bool is_opaque() const { return !service; }
};

/// What whoever places virtual machines knows of the site.
class VmView {
 public:
  virtual ~VmView() = default;
  [[nodiscard]] virtual std::size_t servers() const = 0;
  /// The first of the GPUs that the machine would get on a server; none where it does not fit now: the server lacks
  /// power or so many free GPUs side by side, or its service may not stand there.
  [[nodiscard]] virtual std::optional<std::uint16_t> first_gpu(const Vm& vm, ServerId server) const = 0;
  [[nodiscard]] bool fits(const Vm& vm, ServerId server) const { return first_gpu(vm, server).has_value(); }
  [[nodiscard]] virtual Power gpu_tdp(ServerId server) const = 0;
  [[nodiscard]] virtual std::size_t rows() const = 0;
  [[nodiscard]] virtual std::size_t row_of(ServerId server) const = 0;
  /// Most that a row may draw, incidents included.
  [[nodiscard]] virtual Power row_limit(std::size_t row) const = 0;
  /// What a row is expected to draw by step of the cycle, with all machines that stand there.
  [[nodiscard]] virtual std::span<const double> row_w(std::size_t row) const = 0;
  /// What a machine that fits on a server is expected to add to its input, by step. A series holds until the
  /// next question.
  [[nodiscard]] virtual std::span<const double> added_w(const Vm& vm, ServerId server) const = 0;
  /// The same of the air that an aisle of Heat wants, in m3/s; only with /cooling.
  [[nodiscard]] virtual std::span<const double> aisle_m3_per_s(std::size_t aisle) const = 0;
  [[nodiscard]] virtual std::span<const double> added_m3_per_s(const Vm& vm, ServerId server) const = 0;
  /// Machines that stand in a row: opaque ones, and those of services.
  [[nodiscard]] virtual std::size_t opaque_in_row(std::size_t row) const = 0;
  [[nodiscard]] virtual std::size_t serving_in_row(std::size_t row) const = 0;
  /// None without /cooling.
  [[nodiscard]] virtual const Heat* heat() const = 0;
};

/// Says where virtual machines go, as they come.
class VmPlacement : public Policy {
 public:
  /// None: it waits, and so do those like it; they are asked for again when something has changed. A server that it
  /// does not fit on ends the run with exit code 3.
  [[nodiscard]] virtual std::optional<ServerId> place(const Vm& vm, const VmView& view) = 0;
};

/// What controllers know of the virtual machines of a run.
class VmOutlook {
 public:
  virtual ~VmOutlook() = default;
  /// Opaque machines on a server.
  [[nodiscard]] virtual std::size_t opaque_on(ServerId server) const = 0;
  /// What a server is expected to draw (its input) within the step of the cycle that `at` is in.
  [[nodiscard]] virtual Power expected(ServerId server, Seconds at) const = 0;
  /// Likewise its GPUs together.
  [[nodiscard]] virtual Power expected_gpus(ServerId server, Seconds at) const = 0;
};

}  // namespace headroom

#pragma once

#include <cstddef>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

/// How warm a site with /cooling is, and what air its servers want, as policies see it: all of now, without delay.
/// Airflows are in m3/s. A site without aisles has one, of unlimited air.
class Heat {
 public:
  virtual ~Heat() = default;
  /// Of the air that a server draws in.
  [[nodiscard]] virtual Celsius inlet(ServerId server) const = 0;
  /// The die of its hottest GPU.
  [[nodiscard]] virtual Celsius hottest_gpu(ServerId server) const = 0;
  /// At which its GPUs throttle.
  [[nodiscard]] virtual Celsius gpu_limit(ServerId server) const = 0;
  /// Where the hottest of GPUs [first, first + gpus) settles when each draws this for long, at this inlet.
  [[nodiscard]] virtual Celsius steady_gpu(ServerId server, std::size_t first, std::size_t gpus, Power per_gpu,
                                           Celsius inlet) const = 0;
  /// What a server wants when its GPUs draw so much together.
  [[nodiscard]] virtual double airflow(ServerId server, Power gpus) const = 0;

  [[nodiscard]] virtual std::size_t aisles() const = 0;
  [[nodiscard]] virtual std::size_t aisle_of(ServerId server) const = 0;
  /// What its servers want together.
  [[nodiscard]] virtual double demand(std::size_t aisle) const = 0;
  /// What it gets at most, incidents included.
  [[nodiscard]] virtual double supply(std::size_t aisle) const = 0;
};

}  // namespace headroom

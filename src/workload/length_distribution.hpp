#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/problem.hpp"
#include "base/random.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// Draws token counts, each at least 1.
class LengthSampler {
 public:
  virtual ~LengthSampler() = default;
  [[nodiscard]] virtual std::uint32_t sample(RandomStream& stream) const = 0;
};

/// How long the inputs or outputs of a class of requests are.
class LengthDistribution {
 public:
  virtual ~LengthDistribution() = default;
  virtual void fields(Fields& fields) = 0;
  virtual void check(const Scope&) const {}
  /// Reads the table of an empirical distribution, if it is in a file, and warns of columns that it does not use.
  [[nodiscard]] virtual std::unique_ptr<LengthSampler> sampler(Warnings& warnings) const = 0;
  /// No length is shorter.
  [[nodiscard]] virtual std::uint32_t least_tokens() const { return 1; }
};

/// fixed, uniform, lognormal and empirical.
[[nodiscard]] std::span<const Kind<LengthDistribution>> length_kinds();

using LengthChoice = Choice<LengthDistribution>;
[[nodiscard]] inline LengthChoice no_length() {
  return {length_kinds(), {}, {}};
}

}  // namespace headroom

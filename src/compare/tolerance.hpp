#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// How far a value may move; exact by default.
struct Tolerance {
  double relative_fraction = 0;
  double absolute = 0;
  bool ignore = false;

  void fields(Fields& fields) {
    fields("relative_fraction", relative_fraction, "change over the base value that is still within",
           Range::non_negative());
    fields("absolute", absolute, "change in the value's own unit that is still within", Range::non_negative());
    fields("ignore", ignore, "whether values are not compared at all");
  }
  /// Whether a move from `base` to `now` is within either bound.
  [[nodiscard]] bool holds(double base, double now) const;
};

/// The tolerances of a comparison by prefixes of JSON pointers, in which a step `*` stands for any one step.
class Tolerances {
 public:
  /// Everything exact.
  Tolerances() = default;
  /// Reads a tolerance file. A prefix that is none of any of `pointers` is a problem, too.
  Tolerances(const std::filesystem::path& file, std::span<const std::string> pointers);

  /// That of the longest prefix of the pointer; of two equally long, the one in which a name comes before a `*`.
  [[nodiscard]] const Tolerance& at(std::string_view pointer) const;

 private:
  struct Entry {
    std::string prefix;
    Tolerance tolerance;
  };
  struct File;

  std::vector<Entry> entries_;  ///< the first that matches decides
  Tolerance exact_;
};

}  // namespace headroom

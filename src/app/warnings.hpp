#pragma once

#include "base/problem.hpp"

namespace headroom {

/// Says each warning on stderr, or, where warnings are errors, throws them all as one InputError.
void say(const Warnings& warnings, bool strict);

/// Says warnings when they are found, and keeps them.
class Warned {
 public:
  explicit Warned(bool strict) : strict_(strict) {}
  void operator()(const Warnings& found) {
    say(found, strict_);
    append(all_, found);
  }
  [[nodiscard]] const Warnings& all() const { return all_; }

 private:
  bool strict_;
  Warnings all_;
};

}  // namespace headroom

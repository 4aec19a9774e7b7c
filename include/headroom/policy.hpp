#pragma once

#include "headroom/fields.hpp"

namespace headroom {

/// What every policy shares: its parameters, declared once.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual void fields(Fields&) {}
};

}  // namespace headroom

#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "headroom/fields.hpp"

namespace headroom {

/// A kind of policy that a class stands for.
template <class Base, class Policy>
Kind<Base> kind_of(std::string_view kind, std::string_view doc) {
  return {kind, doc, []() -> std::unique_ptr<Base> { return std::make_unique<Policy>(); },
          [](const Base& policy) -> std::unique_ptr<Base> {
            return std::make_unique<Policy>(static_cast<const Policy&>(policy));
          }};
}

/// The kind of a policy and its parameters, which stand in a policy that is never driven: each run makes its own.
template <class Base>
struct Recipe : Choice<Base> {
  Recipe(Choice<Base> choice) : Choice<Base>(std::move(choice)) {}

  /// A fresh policy with these parameters.
  [[nodiscard]] std::unique_ptr<Base> make() const {
    for (const auto& entry : this->kinds)
      if (entry.kind == this->kind) return entry.copy(*this->value);
    return nullptr;
  }
};

}  // namespace headroom

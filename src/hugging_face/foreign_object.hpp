#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/json.hpp"

namespace headroom {

/// An object in a file of another program's layout, whose values are read with their place. A key that is null counts
/// as absent.
class ForeignObject {
 public:
  /// `json` must be an object and outlive this; `pointer` is where it stands in the file.
  ForeignObject(const Json& json, std::string file, std::string pointer)
      : json_(json), file_(std::move(file)), pointer_(std::move(pointer)) {}

  [[nodiscard]] const Json& json() const { return json_; }
  /// The value under a key, or none.
  [[nodiscard]] const Json* find(const std::string& key) const;
  /// A whole number from 0 to 2^32 - 1.
  [[nodiscard]] std::optional<std::uint32_t> count(const std::string& key) const;
  /// A whole number from 1 on, which must be there.
  [[nodiscard]] std::uint32_t required_count(const std::string& key) const;
  [[nodiscard]] bool flag(const std::string& key, bool when_absent) const;
  /// Empty where it is absent.
  [[nodiscard]] std::string text(const std::string& key) const;
  /// None where it is absent.
  [[nodiscard]] std::optional<ForeignObject> object(const std::string& key) const;
  [[noreturn]] void refuse(const std::string& key, const std::string& what) const;

 private:
  const Json& json_;
  std::string file_;
  std::string pointer_;
};

}  // namespace headroom

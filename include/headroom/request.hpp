#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "headroom/id.hpp"
#include "headroom/quantity.hpp"

namespace headroom {

enum class Priority : std::uint8_t { low, high };
inline std::array<std::string_view, 2> words_of(Priority) {
  return {"low", "high"};
}

/// What a stage of a job graph that is no LLM call asks of an instance whose step times are by unit: which of the works
/// that the scenario's graphs name, and how much of it.
struct UnitWork {
  std::uint32_t kind = 0;
  double amount = 0;  ///< 0: of an LLM call
};

/// Images that a request may bring.
inline constexpr std::uint8_t kMostImages = 16;

/// One request as it arrives.
struct Request {
  std::uint64_t id = 0;  ///< counts arrivals of a run from 0
  Seconds arrival{};
  std::uint32_t input_tokens = 0;   ///< at least 1
  std::uint32_t output_tokens = 0;  ///< at least 1; unknown to policies in reality, offered to oracles
  ClassId request_class{};
  Priority priority = Priority::low;
  std::uint8_t images = 0;             ///< that are still to be encoded before its prompt is read
  std::uint32_t image_tokens = 0;      ///< of `input_tokens`, at the front: those of its images
  std::optional<ClassId> taken_for{};  ///< by policies, before its output is known, where /foresight may err
  UnitWork work{};                     ///< of a stage that is no LLM call: one token in, one out

  /// The class that policies go by.
  [[nodiscard]] ClassId seen_class() const { return taken_for.value_or(request_class); }
};

}  // namespace headroom

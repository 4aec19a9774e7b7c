#pragma once

#include <array>
#include <string_view>

namespace headroom {

/// What values of a result are about, the weightiest first.
inline constexpr std::array<std::string_view, 8> kTopics = {"Trips, brakes and throttling",
                                                            "Power against budgets",
                                                            "Requests",
                                                            "Latency",
                                                            "Temperature",
                                                            "Energy",
                                                            "Training and grid",
                                                            "Everything else"};

/// The topic of the value at a pointer, as an index into `kTopics`; an impact is about what it is a change of.
[[nodiscard]] std::size_t topic_of(std::string_view pointer);

/// Whether it is the rounding error of a check, which says nothing about a result.
[[nodiscard]] bool is_rounding(std::string_view pointer);

}  // namespace headroom

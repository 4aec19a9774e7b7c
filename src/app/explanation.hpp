#pragma once

#include <string>
#include <string_view>

#include "config/result_page.hpp"
#include "config/schema.hpp"

namespace headroom {

/// What there is to say of a value: its pointer, type, range and default, and what it means.
[[nodiscard]] std::string explanation(const ReferenceRow& row);
[[nodiscard]] std::string explanation(const ResultField& row);

/// Whether a pointer is one that the reference writes so: `N` stands for any index, `NAME` for any key.
[[nodiscard]] bool stands_for(std::string_view written, std::string_view pointer);

/// The pointer of what a value stands in.
[[nodiscard]] std::string_view parent_of(std::string_view pointer);

}  // namespace headroom

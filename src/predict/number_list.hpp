#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// The words of a list `a,b,c`; an InputError at `where` if one is empty.
[[nodiscard]] std::vector<std::string> word_list(std::string_view text, const std::string& where);

/// The numbers of a list whose parts are numbers or ranges: `from:to:step` counts up by a step, `from:to:xfactor`
/// multiplies by a factor, and both include `to` where they hit it. Finite; an InputError at `where` names the part
/// that is wrong, or says that there are more than `most`.
[[nodiscard]] std::vector<double> number_list(std::string_view text, const std::string& where, std::size_t most);

}  // namespace headroom

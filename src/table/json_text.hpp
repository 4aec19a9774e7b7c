#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace headroom {

enum class JsonKind : std::uint8_t { null, number, word, text, object, list };

/// A value where it stands in a JSON text: text without its quotes but with its escapes, all else as it is written.
/// `NaN` and `Infinity`, which some programs write, are null.
struct JsonSlice {
  JsonKind kind = JsonKind::null;
  std::string_view text;
};

struct JsonMember {
  std::string_view key;
  JsonSlice value;
};

/// The text is no JSON at this offset.
struct JsonFault {
  std::size_t offset = 0;
};

/// The only value of a text; throws JsonFault, with the size of the text where it ends too early.
[[nodiscard]] JsonSlice json_value(std::string_view text);

/// The members of an object and the elements of a list, each a slice of it that json_value has passed.
void json_members(std::string_view object, std::vector<JsonMember>& members);
void json_elements(std::string_view list, std::vector<JsonSlice>& elements);

}  // namespace headroom

#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/json.hpp"

namespace headroom::test {

/// What base64 text stands for.
inline std::string bytes_of(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char letter : text) {
    if (letter == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(kLetters.find(letter));
    if ((have += 6) < 8) continue;
    have -= 8;
    bytes += static_cast<char>(bits >> have & 0xff);
  }
  return bytes;
}

/// The numbers that a packed series holds, as the page reads them.
inline std::vector<double> unpacked(const Json& packed) {
  const std::size_t count = packed["count"];
  if (count == 0) return {};
  const std::string deflated = bytes_of(packed["data"].get<std::string>());
  std::string planes(2 * count, '\0');
  uLongf size = static_cast<uLongf>(planes.size());
  if (uncompress(reinterpret_cast<Bytef*>(planes.data()), &size, reinterpret_cast<const Bytef*>(deflated.data()),
                 static_cast<uLong>(deflated.size())) != Z_OK ||
      size != planes.size())
    return {};
  const auto byte = [&](std::size_t at) { return static_cast<std::uint16_t>(static_cast<unsigned char>(planes[at])); };
  const double low = packed["low"], high = packed["high"];
  std::vector<double> values;
  std::uint16_t step = 0;
  for (std::size_t i = 0; i < count; ++i) {
    step = static_cast<std::uint16_t>(step + byte(i) + 256 * byte(count + i));
    values.push_back(low + step * (high - low) / 65535);
  }
  return values;
}

}  // namespace headroom::test

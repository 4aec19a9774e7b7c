#include "report/packed_series.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "base/assert.hpp"
#include "report/base64.hpp"

namespace headroom {
namespace {

constexpr double kSteps = 65535;

std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION) != Z_OK)
    throw std::runtime_error("zlib does not deflate a series");
  out.resize(size);
  return out;
}

std::string difference_planes(std::span<const double> values, double low, double high) {
  std::string planes(2 * values.size(), '\0');
  const double scale = high > low ? kSteps / (high - low) : 0;
  std::uint16_t before = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto step = static_cast<std::uint16_t>(std::lround((values[i] - low) * scale));
    const auto difference = static_cast<std::uint16_t>(step - before);
    planes[i] = static_cast<char>(difference & 0xff);
    planes[values.size() + i] = static_cast<char>(difference >> 8);
    before = step;
  }
  return planes;
}

}  // namespace

Json packed_series(std::span<const double> values) {
  if (values.empty()) return {{"count", 0}, {"low", 0}, {"high", 0}, {"data", ""}};
  const auto [low, high] = std::ranges::minmax(values);
  check_that(std::isfinite(low) && std::isfinite(high), "a page holds no number that is not finite");
  return {{"count", values.size()},
          {"low", low},
          {"high", high},
          {"data", base64(deflated(difference_planes(values, low, high)))}};
}

}  // namespace headroom

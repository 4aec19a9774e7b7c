#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/text.hpp"

namespace headroom::log {

void setup() {
  auto logger = spdlog::get("headroom");
  if (!logger) logger = spdlog::stderr_color_st("headroom");
  logger->set_pattern("headroom: %^%l%$: %v");
  spdlog::set_default_logger(logger);
}

void warn(std::string_view message) {
  spdlog::warn("{}", printable(message));
}

}  // namespace headroom::log

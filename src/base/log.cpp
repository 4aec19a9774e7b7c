#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace headroom::log {

void setup() {
  auto logger = spdlog::get("headroom");
  if (!logger) logger = spdlog::stderr_color_st("headroom");
  logger->set_pattern("headroom: %^%l%$: %v");
  spdlog::set_default_logger(logger);
}

void warn(std::string_view message) {
  spdlog::warn("{}", message);
}

}  // namespace headroom::log

#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace headroom::log {

void setup(bool quiet) {
  auto logger = spdlog::get("headroom");
  if (!logger) logger = spdlog::stderr_color_st("headroom");
  logger->set_pattern("headroom: %^%l%$: %v");
  logger->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
  spdlog::set_default_logger(logger);
}

void info(std::string_view message) {
  spdlog::info("{}", message);
}
void warn(std::string_view message) {
  spdlog::warn("{}", message);
}

}  // namespace headroom::log

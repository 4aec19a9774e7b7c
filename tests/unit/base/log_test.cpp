#include "base/log.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// What the action says on stderr and on stdout.
template <class Action>
std::pair<std::string, std::string> said(const Action& action) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  action();
  const std::string out = testing::internal::GetCapturedStdout();
  return {testing::internal::GetCapturedStderr(), out};
}

TEST(Log, WarnsOnStderr) {
  const auto [err, out] = said([] {
    log::setup();
    log::setup();  // again does no harm
    log::warn("{not} a format");
  });
  EXPECT_EQ(err, "headroom: warning: {not} a format\n");
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace headroom

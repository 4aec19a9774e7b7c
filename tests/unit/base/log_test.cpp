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

TEST(Log, GoesToStderr) {
  const auto [err, out] = said([] {
    log::setup(false);
    log::info("reading");
    log::warn("old file");
  });
  EXPECT_EQ(err, "headroom: info: reading\nheadroom: warning: old file\n");
  EXPECT_EQ(out, "");
}

TEST(Log, KeepsWarningsOnlyWhenQuiet) {
  const auto [err, out] = said([] {
    log::setup(false);
    log::setup(true);
    log::info("{not} a format");
    log::warn("{not} a format");
  });
  EXPECT_EQ(err, "headroom: warning: {not} a format\n");
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace headroom

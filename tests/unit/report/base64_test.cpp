#include "report/base64.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// RFC 4648, section 10.
TEST(Base64, WritesTheVectorsOfTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, TakesBytesAboveAscii) {
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
  EXPECT_EQ(base64(std::string_view("\0\0", 2)), "AAA=");
}

}  // namespace
}  // namespace headroom

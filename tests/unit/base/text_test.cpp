#include "base/text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace headroom {
namespace {

const std::vector<std::string> kNames = {"period_s", "window_s", "delay_s"};

TEST(Text, SuggestsTheNearestWord) {
  EXPECT_EQ(did_you_mean("perod_s", kNames), "; did you mean \"period_s\"?");
  EXPECT_EQ(did_you_mean("delay", kNames), "; did you mean \"delay_s\"?");
  EXPECT_EQ(did_you_mean("windo_s", kNames), "; did you mean \"window_s\"?");
}

TEST(Text, SuggestsNothingWhereNothingIsNear) {
  EXPECT_EQ(did_you_mean("temperature", kNames), "");
  EXPECT_EQ(did_you_mean("x", std::vector<std::string>{}), "");
}

TEST(Text, WritesNumbersAsShortAsTheyReadBack) {
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(40), "40");
  EXPECT_EQ(shortest(-2.5), "-2.5");
  for (const double number : {1.0 / 3, 0.1 + 0.2, 1e-300, 5e-324, 1.7976931348623157e308})
    EXPECT_EQ(std::strtod(shortest(number).c_str(), nullptr), number);
}

TEST(Text, GroupsThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(18446744073709551615u), "18,446,744,073,709,551,615");
}

TEST(Text, Joins) {
  EXPECT_EQ(join(std::vector<std::string>{}, ", "), "");
  EXPECT_EQ(join(kNames, ", "), "period_s, window_s, delay_s");
}

TEST(Printable, EscapesWhatMovesATerminal) {
  EXPECT_EQ(printable("one\ntwo\t\r"), "one\\ntwo\\t\\r");
  EXPECT_EQ(printable("\x1b[31m\x7f"), "\\u001b[31m\\u007f");
  EXPECT_EQ(printable("\u009b\u2028\u202e\u2066"), "\\u009b\\u2028\\u202e\\u2066");
  EXPECT_EQ(printable("é € 😀"), "é € 😀");
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("a\xff"
                      "b\xc3"),
            "a\\xffb\\xc3");
  EXPECT_EQ(printable("\xed\xa0\x80\xc0\xaf"), "\\xed\\xa0\\x80\\xc0\\xaf");
}

TEST(Printable, ClipsBetweenLetters) {
  EXPECT_EQ(printable("éééééé", 6), "éééééé");
  EXPECT_EQ(printable("ééééééé", 6), "ééé...");
}

}  // namespace
}  // namespace headroom

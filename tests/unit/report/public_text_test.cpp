#include "report/public_text.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

const std::set<std::string> kSteps = {"policy", "workload"};

std::string clean(std::string_view text) {
  return without_folders(text, kSteps);
}

TEST(PublicText, LeavesTheNameOfAFile) {
  EXPECT_EQ(clean("/home/jane/traces/rows.csv"), "rows.csv");
  EXPECT_EQ(clean("/home/jane doe/rows.csv"), "rows.csv");
  EXPECT_EQ(clean("cannot read /home/jane/rows.csv: no such file"), "cannot read rows.csv: no such file");
  EXPECT_EQ(clean("cannot read \"/home/jane doe/rows.csv\" here"), "cannot read \"rows.csv\" here");
  EXPECT_EQ(clean("path=/srv/a/b.json,c=1"), "path=b.json,c=1");
  EXPECT_EQ(clean("file:///home/jane/rows.csv"), "file:rows.csv");
}

TEST(PublicText, SaysNothingOfAHome) {
  EXPECT_EQ(clean("/home/jane"), "...");
  EXPECT_EQ(clean("in /home/jane/"), "in ...");
}

TEST(PublicText, KeepsPointersRatesAndAddresses) {
  for (const char* text : {"/policy/controllers/0", "row.json: /workload/trace/path: missing", "7 requests/s", "a / b",
                           "https://ui.perfetto.dev", "row0/rack1/server0", ""})
    EXPECT_EQ(clean(text), text);
}

TEST(PublicText, GoesThroughAllTextsButPackedOnes) {
  Json json = {{"a", {"/home/jane/x.csv", 1}}, {"b", {{"c", "/policy"}, {"data", "/x/y/z"}}}};
  remove_folders(json, kSteps);
  EXPECT_EQ(json, Json({{"a", {"x.csv", 1}}, {"b", {{"c", "/policy"}, {"data", "/x/y/z"}}}}));
}

}  // namespace
}  // namespace headroom

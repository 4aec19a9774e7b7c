#include "report/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/problem.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kTemplate = R"(<script type="application/json">@FACTS@</script>)";

class PageTest : public testing::Test {
 protected:
  std::string output(const std::string& name, const std::string& summary) {
    std::filesystem::create_directories(folder_.path(name));
    folder_.write(name + "/summary.json", summary);
    return folder_.path(name);
  }
  test::TemporaryFolder folder_;
};

constexpr const char* kSummary =
    R"({"format": 1, "scenario": "s", "version": "0.1.0", "seed": 1, "throttle": {"brakes": 0}, "warnings": []})";

TEST_F(PageTest, NoNameEndsTheElementThatHoldsTheFacts) {
  const std::string page = page_of(kTemplate, {{"a</script>", "<script>alert(1)</script><!--"}});
  EXPECT_EQ(page,
            "<script type=\"application/json\">{\"a\\u003c/script>\":\"\\u003cscript>alert(1)\\u003c/script>"
            "\\u003c!--\"}</script>");
}

TEST_F(PageTest, BytesThatAreNoTextAreReplaced) {
  EXPECT_THAT(page_of(kTemplate, {{"a", "\xff"}}), HasSubstr("\xef\xbf\xbd"));
}

TEST_F(PageTest, ASummaryIsEnough) {
  const Json facts = page_facts({output("old", kSummary), {}, ""});
  EXPECT_EQ(facts["title"], "old");
  EXPECT_EQ(facts["run"]["answer"]["verdict"], "No node has a budget");
  EXPECT_TRUE(facts["run"]["power"].is_null());
}

TEST_F(PageTest, HoldsNoFolder) {
  const Json facts = page_facts({output("now", kSummary), {output("before", kSummary)}, ""});
  EXPECT_THAT(facts.dump(), Not(HasSubstr(folder_.path(""))));
  EXPECT_EQ(facts["comparisons"][0]["base"], "before");
}

TEST_F(PageTest, RefusesWhatIsNoOutputAndNamesAll) {
  try {
    (void)page_facts({output("no", "[]"), {folder_.path("none")}, folder_.path("")});
    FAIL() << "taken";
  } catch (const InputError& error) {
    ASSERT_EQ(error.problems().size(), 3U);
    EXPECT_EQ(error.problems()[0].what, "must be an object");
    EXPECT_EQ(error.problems()[1].what, "is not the output directory of a run");
    EXPECT_EQ(error.problems()[2].what, "is not the directory of a sweep");
  }
}

TEST_F(PageTest, RefusesAnotherFormat) {
  EXPECT_THROW((void)page_facts({output("new", R"({"format": 2, "scenario": "s"})"), {}, ""}), InputError);
}

TEST_F(PageTest, ASweepNeedsNoRunAndTakesNoBase) {
  std::filesystem::create_directories(folder_.path("sweep"));
  folder_.write(
      "sweep/sweep.json",
      R"({"format": 1, "study": "s", "axes": ["/workload/trace/path"], "metrics": [], "impacts": [], "points": [
        {"point": "p", "outcome": "failed", "/workload/trace/path": "/home/jane/rows.csv"}]})");
  std::filesystem::create_directories(folder_.path("sweep/logs"));
  folder_.write("sweep/logs/p.log", "first\nheadroom: /home/jane/rows.csv: cannot be opened\n");
  const std::string sweep = folder_.path("sweep");
  const Json facts = page_facts({sweep, {}, ""});
  EXPECT_EQ(facts["sweep"]["points"][0]["reason"], "headroom: rows.csv: cannot be opened");
  EXPECT_EQ(facts["sweep"]["points"][0]["/workload/trace/path"], "rows.csv");
  EXPECT_EQ(facts["sweep"]["points"][0]["point"], "point 1");
  EXPECT_TRUE(facts["sweep"]["ended"]);
  EXPECT_THROW((void)page_facts({sweep, {sweep}, ""}), InputError);
}

}  // namespace
}  // namespace headroom

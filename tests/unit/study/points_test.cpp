#include "study/points.hpp"

#include <gmock/gmock.h>

#include "base/problem.hpp"

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LoadedStudy study(PointerValues axes) {
  LoadedStudy loaded;
  loaded.study.axes = std::move(axes);
  loaded.file = "study.json";
  return loaded;
}

std::vector<std::string> names(const LoadedStudy& loaded) {
  std::vector<std::string> list;
  for (const Point& point : points_of(loaded)) list.push_back(point.name);
  return list;
}

TEST(Points, TheLastAxisVariesFastest) {
  EXPECT_THAT(names(study({{"/b", {"[1, 2]"}}, {"/a/x", {R"(["u", "v"])"}}})),
              ElementsAre("b=1,a.x=u", "b=1,a.x=v", "b=2,a.x=u", "b=2,a.x=v"));
}

TEST(Points, LinkedAxesAdvanceTogetherInThePlaceOfTheirFirst) {
  LoadedStudy loaded = study({{"/a", {"[1, 2]"}}, {"/b", {"[3, 4]"}}, {"/c", {"[5, 6]"}}});
  loaded.study.linked = {{"/c", "/a"}};
  EXPECT_THAT(names(loaded), ElementsAre("a=1,b=3,c=5", "a=1,b=4,c=5", "a=2,b=3,c=6", "a=2,b=4,c=6"));
}

TEST(Points, NamesAreFitForFilesAndDiffer) {
  const auto list = names(study({{"/a", {R"(["x/y", "x y", ["x y"]])"}}}));
  for (const auto& name : list) EXPECT_THAT(name, testing::MatchesRegex("a=[A-Za-z0-9_]+-[0-9a-f]+"));
  EXPECT_NE(list[0], list[1]);
  EXPECT_THAT(names(study({{"/a", {R"(["1,b=2"])"}}, {"/b", {"[3]"}}}))[0],
              testing::MatchesRegex("a=1_b_2,b=3-[0-9a-f]+"));
  const auto long_names =
      names(study({{"/a", {Json({std::string(300, 'x') + "1", std::string(300, 'x') + "2"}).dump()}}}));
  EXPECT_LT(long_names[0].size(), 150U);
  EXPECT_NE(long_names[0], long_names[1]);
}

TEST(Points, RefusesATextAndANumberThatReadAlike) {
  try {
    (void)points_of(study({{"/a", {R"([1, "1"])"}}}));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.problems().front().what, HasSubstr("two points would both be called a=1"));
  }
}

TEST(Points, SetComesBeforeTheAxes) {
  LoadedStudy loaded = study({{"/a", {"[1]"}}});
  loaded.study.set = {{"/s", {"2"}}};
  const auto points = points_of(loaded);
  ASSERT_EQ(points.front().overrides.size(), 2U);
  EXPECT_EQ(points.front().overrides[0].pointer, "/s");
  EXPECT_EQ(points.front().overrides[1].said, "study.json: /axes/~1a");
}

TEST(Points, AReferenceDiffersInItsOwnAxesOnly) {
  LoadedStudy loaded = study({{"/policy", {R"(["none", "polca"])"}}, {"/seed", {"[1, 2]"}}});
  loaded.study.reference = {{"/policy", {R"("none")"}}};
  EXPECT_THAT(references_of(loaded, points_of(loaded)), ElementsAre(0, 1, 0, 1));
}

TEST(Points, AReferenceIsAValueHoweverItIsWritten) {
  LoadedStudy loaded = study({{"/rate", {"[1.0, 2.0]"}}});
  loaded.study.reference = {{"/rate", {"1"}}};
  EXPECT_THAT(references_of(loaded, points_of(loaded)), ElementsAre(0, 0));
  loaded.study.reference = {{"/rate", {R"("1.0")"}}};
  EXPECT_THROW((void)references_of(loaded, points_of(loaded)), InputError);
}

TEST(Points, VariantsHaveNamesAndPutSeveralValues) {
  const auto points =
      points_of(study({{"policy", {R"({"none": {"/policy": "none"}, "T1 0.76": {"/policy": "polca", "/x": 1}})"}}}));
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].name, "policy=none");
  EXPECT_EQ(points[1].name, "policy=T1_0.76");
  EXPECT_EQ(points[1].values.front().second, "T1 0.76");
  ASSERT_EQ(points[1].overrides.size(), 2U);
  EXPECT_EQ(points[1].overrides[1].pointer, "/x");
  EXPECT_EQ(points[1].overrides[1].said, "study.json: /axes/policy/T1 0.76/~1x");
}

TEST(Points, AnAxisIsLeftOutWhereItDoesNotApply) {
  LoadedStudy loaded = study({{"/policy", {R"(["none", "polca"])"}}, {"/t1", {"[0.7, 0.8]"}}, {"/seed", {"[1, 2]"}}});
  loaded.study.only_where = {{"/t1", {{"/policy", {{R"("polca")"}}}}}};
  EXPECT_THAT(names(loaded),
              ElementsAre("policy=none,seed=1", "policy=none,seed=2", "policy=polca,t1=0.7,seed=1",
                          "policy=polca,t1=0.7,seed=2", "policy=polca,t1=0.8,seed=1", "policy=polca,t1=0.8,seed=2"));
  loaded.study.reference = {{"/policy", {R"("none")"}}};
  EXPECT_THAT(references_of(loaded, points_of(loaded)), ElementsAre(0, 1, 0, 1, 0, 1));
  loaded.study.only_where["/t1"]["/policy"] = {{R"("polka")"}};
  EXPECT_THROW((void)points_of(loaded), InputError);
}

}  // namespace
}  // namespace headroom

#include "config/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/config_fixtures.hpp"

namespace headroom {
namespace {

using test::ConfigTest;
using ::testing::EndsWith;
using ::testing::HasSubstr;

/// The folders of a test are left out of what `where` says.
std::string where(const ConfigTest& test, const Document& document, const std::string& pointer) {
  std::string text = document.where(pointer);
  const std::string folder = test.files.path("");
  if (text.starts_with(folder)) text.erase(0, folder.size());
  return text;
}

std::string problem(const ConfigTest& test, const std::string& file, const std::vector<std::string>& sets = {}) {
  return test::problem_of([&] { (void)test.document(file, sets); });
}

TEST(Document, MergesAnIncludeBelowItsOwnKeys) {
  const ConfigTest test;
  test.write("base.json", R"({"a": 1, "o": {"x": 1, "y": 2}, "l": [1, 2]})");
  test.write("main.json", R"({"a": 5, "include": "base.json", "o": {"y": 3}, "l": [9]})");
  EXPECT_EQ(test.document("main.json").json(), Json::parse(R"({"a": 5, "o": {"x": 1, "y": 3}, "l": [9]})"));
}

TEST(Document, TakesAwayWhatIsNullBesideAnInclude) {
  const ConfigTest test;
  test.write("base.json", R"({"a": 1, "o": {"x": {"z": 1}, "y": 2}})");
  test.write("main.json", R"({"include": "base.json", "a": null, "o": {"x": null, "w": null}})");
  EXPECT_EQ(test.document("main.json").json(), Json::parse(R"({"o": {"y": 2, "w": null}})"));
}

TEST(Document, MergesAListOfIncludesTheLaterOverTheEarlier) {
  const ConfigTest test;
  test.write("one.json", R"({"a": 1, "b": 1})");
  test.write("two.json", R"({"b": 2, "c": 2})");
  test.write("main.json", R"({"include": ["one.json", "two.json"], "c": 3})");
  EXPECT_EQ(test.document("main.json").json(), Json::parse(R"({"a": 1, "b": 2, "c": 3})"));
}

TEST(Document, IncludesRelativeToTheFileThatSaysSo) {
  const ConfigTest test;
  test.write("deep/down/leaf.json", R"({"v": 1})");
  test.write("deep/middle.json", R"({"include": "down/leaf.json"})");
  test.write("main.json", R"({"part": {"include": "deep/middle.json"}})");
  EXPECT_EQ(test.document("main.json").json()["part"]["v"], 1);
}

TEST(Document, IncludesFilesOfTheConfigurationFoldersWhereNoneIsNear) {
  const ConfigTest test;
  test.write("configs/site/row.json", R"({"servers": 40})");
  test.write("configs/site/near.json", R"({"servers": 1})");
  test.write("site/near.json", R"({"servers": 2})");
  test.write("main.json", R"({"a": {"include": "site/row.json"}, "b": {"include": "site/near.json"}})");
  EXPECT_EQ(test.document("main.json").json(), Json::parse(R"({"a": {"servers": 40}, "b": {"servers": 2}})"));
}

TEST(Document, LeavesOutWhatFilesThatAreReferredToSayOfThemselves) {
  const ConfigTest test;
  test.write("configs/site/row.json", R"({"description": "a row", "servers": 40})");
  test.write("main.json", R"({"description": "what it asks", "site": "row"})");
  EXPECT_EQ(test.document("main.json").json(),
            Json::parse(R"({"description": "what it asks", "site": {"servers": 40}})"));
}

TEST(Document, ReplacesReferencesByFilesOfTheConfigurationFolders) {
  const ConfigTest test;
  test.write("configs/model/big.json", R"({"name": "big"})");
  test.write("configs/site/s.json", R"({"levels": []})");
  test.write("near/model.json", R"({"name": "near"})");
  test.write("main.json", R"({"model": "big", "site": "s", "serving": {"model": "near/model.json"}, "name": "big"})");
  EXPECT_EQ(
      test.document("main.json").json(),
      Json::parse(
          R"({"model": {"name": "big"}, "site": {"levels": []}, "serving": {"model": {"name": "near"}}, "name": "big"})"));
}

TEST(Document, SaysWhichNamesThereAre) {
  const ConfigTest test;
  test.write("configs/stack/zed_one.json", "{}");
  test.write("main.json", R"({"serving": {"stack": "zed_oen"}})");
  const std::string text = problem(test, "main.json");
  EXPECT_THAT(text, HasSubstr("main.json: /serving/stack: no stack is called \"zed_oen\" (there are: "));
  EXPECT_THAT(text, EndsWith("did you mean \"zed_one\"?"));
  test.write("main.json", R"({"model": "./no.json"})");
  EXPECT_THAT(problem(test, "main.json"), HasSubstr("main.json: /model: there is no file "));
}

TEST(Document, RefusesCyclesOfIncludesAndReferences) {
  const ConfigTest test;
  test.write("self.json", R"({"include": "self.json"})");
  test.write("a.json", R"({"include": "b.json"})");
  test.write("b.json", R"({"x": {"include": "a.json"}})");
  test.write("configs/model/loop.json", R"({"model": "loop"})");
  test.write("main.json", R"({"model": "loop"})");
  for (const char* file : {"self.json", "a.json", "main.json"})
    EXPECT_THAT(problem(test, file), EndsWith("includes itself, directly or through others")) << file;
}

TEST(Document, RefusesIncludesThatAreNone) {
  const ConfigTest test;
  test.write("main.json", R"({"o": {"include": 7}})");
  EXPECT_THAT(problem(test, "main.json"), HasSubstr("main.json: /o/include: must name a file or a list of files"));
  test.write("list.json", "[]");
  test.write("main.json", R"({"include": "list.json"})");
  EXPECT_THAT(problem(test, "main.json"), HasSubstr("list.json: must hold a JSON object"));
  test.write("main.json", R"({"include": "gone.json"})");
  EXPECT_THAT(problem(test, "main.json"), HasSubstr("gone.json: cannot read this file"));
}

TEST(Document, RemembersTheFileThatAValueCameFrom) {
  const ConfigTest test;
  test.write("configs/model/m.json", R"({"name": 1, "inner": {"v": 1}})");
  test.write("base.json", R"({"o": {"x": 1, "y": 2}})");
  test.write("main.json", R"({"include": "base.json", "o": {"y": 3}, "serving": {"model": "m"}})");
  const Document document = test.document("main.json", {"/serving/model/inner/v=5"});
  EXPECT_EQ(where(test, document, "/o/x"), "base.json: /o/x");
  EXPECT_EQ(where(test, document, "/o/y"), "main.json: /o/y");
  EXPECT_EQ(where(test, document, "/serving/model/name"), "configs/model/m.json: /name");
  EXPECT_EQ(where(test, document, "/serving/model/inner/v"), "--set: /serving/model/inner/v");
  EXPECT_EQ(where(test, document, "/serving/model/gone"), "configs/model/m.json: /gone");
  EXPECT_EQ(where(test, document, "/nowhere"), "main.json: /nowhere");
  EXPECT_EQ(document.folder("/serving/model/name"), std::filesystem::path(test.files.path("configs/model")));
}

TEST(Document, NamesTheFileOfAProblemInAReference) {
  const ConfigTest test;
  test.write("configs/model/m.json", R"({"name": 1, "power_kw": -1})");
  EXPECT_EQ(test.problems(R"({"model": "m"})"),
            "configs/model/m.json: /name: must be text, not 1\n"
            "configs/model/m.json: /power_kw: must be at least 0, not -1");
}

TEST(DocumentSet, ReplacesAndAddsValues) {
  const ConfigTest test;
  test.write("main.json", R"({"a": 1, "l": [{"v": 1}, {"v": 2}]})");
  EXPECT_EQ(
      test.document("main.json", {"/a=2", "/new/deep/key=3", "/l/1/v=5", "/l/2={\"v\": 6}", "/text=no json"}).json(),
      Json::parse(R"({"a": 2, "l": [{"v": 1}, {"v": 5}, {"v": 6}], "new": {"deep": {"key": 3}}, "text": "no json"})"));
}

TEST(DocumentSet, TakesTheLastOfSeveral) {
  const ConfigTest test;
  test.write("main.json", R"({"a": 1})");
  EXPECT_EQ(test.document("main.json", {"/a=2", "/a=3"}).json()["a"], 3);
}

TEST(DocumentSet, KeepsWhatFollowsTheFirstEqualsSign) {
  const ConfigTest test;
  test.write("main.json", "{}");
  const Document document = test.document("main.json", {"/a=b=c", "/empty=", "/k~1y={\"x\": [true, null]}"});
  EXPECT_EQ(document.json()["a"], "b=c");
  EXPECT_EQ(document.json()["empty"], "");
  EXPECT_EQ(document.json()["k/y"]["x"][0], true);
}

TEST(DocumentSet, ResolvesReferencesFromTheWorkingDirectory) {
  const ConfigTest test;
  test.write("configs/policy/calm.json", R"({"name": "calm"})");
  test.write("main.json", R"({"policy": {"name": "wild", "extra": 1}, "serving": {}})");
  EXPECT_EQ(test.document("main.json", {"/policy=calm"}).json()["policy"], Json::parse(R"({"name": "calm"})"));
  EXPECT_EQ(test.document("main.json", {R"(/serving={"policy": "calm"})"}).json()["serving"]["policy"]["name"], "calm");
  EXPECT_THAT(problem(test, "main.json", {"/policy=./calm.json"}),
              HasSubstr("there is no file " + (std::filesystem::current_path() / "./calm.json").string()));
}

TEST(DocumentSet, RefusesWhatLeadsNowhere) {
  const ConfigTest test;
  test.write("main.json", R"({"a": 1, "l": [1, 2], "t": "text", "o": {"l": []}})");
  for (const char* set :
       {"/a/b=1", "/l/3=1", "/l/9/x=1", "/l/x=1", "/l/-1=1", "/l/-=1", "/t/0=1", "/o/l/1=1", "/l/99999999999=1"})
    EXPECT_THAT(problem(test, "main.json", {set}),
                HasSubstr("--set " + std::string(set) + ": this pointer leads nowhere"))
        << set;
  for (const char* set : {"a=1", "=1", "", "/a", "/a 1"})
    EXPECT_THAT(problem(test, "main.json", {set}), HasSubstr("must read /json/pointer=value")) << set;
}

TEST(DocumentSet, IsAsStrictAsAFile) {
  const ConfigTest test;
  test.write("main.json", "{}");
  EXPECT_EQ(problem(test, "main.json", {R"(/o={"a": 1, "a": 2})"}),
            R"(--set /o={"a": 1, "a": 2}: /a: key given twice)");
  EXPECT_THAT(problem(test, "main.json", {"/name=a\xff"}), EndsWith("is not UTF-8 text"));
}

TEST(DocumentSet, ForgetsWhereTheReplacedValuesCameFrom) {
  const ConfigTest test;
  test.write("configs/model/m.json", R"({"name": "m"})");
  EXPECT_EQ(test.problems(R"({"model": "m"})", {R"(/model={"power_kw": 1})"}),
            "--set: /model/name: missing: what it is called");
}

TEST(ConfigFolders, SearchesTheFirstFolderFirst) {
  const ConfigTest test;
  test.write("configs/model/m.json", R"({"name": "given"})");
  EXPECT_EQ(test.folders.find("model", "m", "here"), std::filesystem::path(test.files.path("configs/model/m.json")));
  EXPECT_THAT(test.folders.names("model"), ::testing::Contains("m"));
  EXPECT_THAT(test.folders.names("nonsense"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace headroom

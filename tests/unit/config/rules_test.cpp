#include "config/rules.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <optional>

#include "support/broken_rules.hpp"
#include "support/config_fixtures.hpp"

namespace headroom {
namespace {

/// Two numbers of which one must not be above the other.
struct Bounds {
  double low = 0;
  double high = 1;
  void fields(Fields& f) {
    f("low", low, "the lower one");
    f("high", high, "the higher one");
  }
  void check(const Scope& scope) const {
    if (low > high) scope.at("low").problem("must not be above high");
  }
};

class Filter {
 public:
  virtual ~Filter() = default;
  virtual void fields(Fields&) {}
  virtual void check(const Scope&) const {}
};
class BandPass : public Filter {
 public:
  void fields(Fields& f) override { f.part(bounds_); }
  void check(const Scope& scope) const override {
    if (scope.sound() && bounds_.high > 10) scope.at("high").problem("is too high");
  }

 private:
  Bounds bounds_;
};
const std::array<Kind<Filter>, 1> kFilters{
    Kind<Filter>{"band", "between bounds", []() -> std::unique_ptr<Filter> { return std::make_unique<BandPass>(); }}};

/// Rules in every place where a struct may stand.
struct Nested {
  std::optional<Bounds> maybe;
  std::vector<Bounds> list;
  std::map<std::string, std::vector<Bounds>> by_name;
  Choice<Filter> filter{kFilters, "", nullptr};
  Bounds part;
  void fields(Fields& f) {
    f("maybe", maybe, "absent or not");
    f("list", list, "several");
    f("by_name", by_name, "named ones");
    f("filter", filter, "one of several kinds");
    f.part(part);
  }
  void check(const Scope& scope) const {
    if (!list.empty() && scope.at("list").sound()) scope.problem("has a sound list");
  }
};

constexpr Bounds kWrong{2, 1};

TEST(Rules, AreCheckedWhereverAStructStands) {
  Nested nested;
  EXPECT_EQ(test::text_of_broken_rules(nested), "");
  nested.maybe = kWrong;
  nested.list = {{}, kWrong};
  nested.by_name = {{"a/b", {kWrong}}, {"c~d", {{}, kWrong}}};
  nested.part = kWrong;
  EXPECT_EQ(test::text_of_broken_rules(nested, "/nested"),
            "/nested/maybe/low: must not be above high\n"
            "/nested/list/1/low: must not be above high\n"
            "/nested/by_name/a~1b/0/low: must not be above high\n"
            "/nested/by_name/c~0d/1/low: must not be above high\n"
            "/nested/low: must not be above high\n");
}

TEST(Rules, OfAStructComeAfterThoseOfWhatItHolds) {
  Nested nested;
  nested.list = {{}};
  EXPECT_EQ(test::text_of_broken_rules(nested), ": has a sound list\n");
  nested.list = {kWrong};
  EXPECT_EQ(test::text_of_broken_rules(nested), "/list/0/low: must not be above high\n");
}

std::string problems_of_file(const std::string& content, const std::vector<std::string>& sets = {}) {
  const test::ConfigTest test;
  test.write("main.json", content);
  test.write("part.json", R"({"low": 3, "high": 2})");
  Nested nested;
  std::string text = test::problem_of([&] { read_config(test.document("main.json", sets), nested); });
  const std::string folder = test.files.path("");
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) text.erase(at, folder.size());
  return text;
}

TEST(Rules, OfAFileThatIsReadNameItAndWhatItIncludes) {
  EXPECT_EQ(problems_of_file(R"({"filter": {"kind": "band", "low": 2}, "maybe": {"include": "part.json"}})"),
            "part.json: /low: must not be above high\nmain.json: /filter/low: must not be above high");
  EXPECT_EQ(problems_of_file(R"({"filter": {"kind": "band", "high": 11}})"), "main.json: /filter/high: is too high");
  EXPECT_EQ(problems_of_file(R"({"filter": {"kind": "band"}, "list": [{}]})", {"/list/0/low=9"}),
            "--set: /list/0/low: must not be above high");
}

TEST(Rules, WaitForValuesThatCanBeRead) {
  EXPECT_EQ(problems_of_file(R"({"filter": {"kind": "band"}, "high": "x", "list": [{"low": 2}]})"),
            "main.json: /high: must be a number, not \"x\"");
}

TEST(Scope, KnowsWhatIsWrongAtItAndBelow) {
  std::vector<Problem> problems;
  const Scope root(problems);
  root.at("ab").at(0).at("c").problem("no");
  EXPECT_FALSE(root.sound());
  EXPECT_FALSE(root.at("ab").sound());
  EXPECT_FALSE(root.at("ab").at(0).at("c").sound());
  EXPECT_TRUE(root.at("a").sound());
  EXPECT_TRUE(root.at("ab").at(0).at("c").at("d").sound());
}

}  // namespace
}  // namespace headroom

#include "config/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "config/json.hpp"
#include "config/reference_page.hpp"
#include "scenario/scenario.hpp"
#include "support/config_fixtures.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Json sample_schema() {
  test::Sample sample;
  return Json::parse(json_schema("Sample", slot_of(sample)));
}

/// The names that `fields()` declares at the top of a configuration.
class Names : public Fields {
 public:
  std::set<std::string> all, required;

 protected:
  void visit(const Field& field, const Slot&) override {
    all.emplace(field.name);
    if (field.required) required.emplace(field.name);
  }
};

struct Variation {
  double cv = 0;
  void fields(Fields& f) { f("cv", cv, "how much it varies", Range::zero_or_between(0.5, 100)); }
};

TEST(Schema, SaysWhereZeroIsAllowedBesideARange) {
  Variation variation;
  const Slot slot = slot_of(variation);
  const Json cv = Json::parse(json_schema("variation", slot))["properties"]["cv"];
  EXPECT_EQ(cv["minimum"], 0.0);
  EXPECT_EQ(cv["maximum"], 100.0);
  EXPECT_EQ(cv["not"], Json::parse(R"({"exclusiveMinimum": 0.0, "exclusiveMaximum": 0.5})"));
  EXPECT_THAT(reference_page("variation", slot, {}), HasSubstr("| number | 0 or ≥ 0.5, ≤ 100 |"));
}

TEST(Schema, SaysTypesRangesAndDefaults) {
  const Json properties = sample_schema()["properties"];
  EXPECT_EQ(
      properties["share_fraction"],
      Json::parse(R"({"description": "a share", "type": "number", "minimum": 0.0, "maximum": 1.0, "default": 0.5})"));
  EXPECT_EQ(properties["delay_ms"]["exclusiveMinimum"], 0.0);
  EXPECT_EQ(properties["delay_ms"]["default"], 2000.0);
  EXPECT_EQ(properties["clock_mhz"]["default"], 1410.0);
  EXPECT_EQ(properties["count"]["type"], "integer");
  EXPECT_EQ(properties["count"]["maximum"], 100.0);
  EXPECT_EQ(properties["seed"]["minimum"], 0.0);
  EXPECT_EQ(properties["colour"]["enum"], Json::parse(R"(["red", "green"])"));
  EXPECT_EQ(properties["colour"]["default"], "green");
  EXPECT_FALSE(properties["limit_s"].contains("default"));
}

TEST(Schema, SaysOnceWhatOccursMoreThanOnce) {
  const Json schema = sample_schema();
  const Json part = Json::parse(R"({"$ref": "#/$defs/parts"})");
  EXPECT_EQ(schema["properties"]["parts"]["items"], part);
  EXPECT_EQ(schema["properties"]["by_name"]["additionalProperties"], part);
  EXPECT_EQ(schema["properties"]["model"]["anyOf"][1], part);
  EXPECT_EQ(schema["properties"]["model"]["description"], "a reference to a file of its own");
  EXPECT_EQ(schema["$defs"]["parts"]["required"], Json::parse(R"(["name"])"));
  EXPECT_EQ(schema["$defs"]["parts"]["properties"]["include"], Json::parse(R"({"$ref": "#/$defs/include"})"));
}

TEST(Schema, DefinesEveryChoice) {
  const Json schema = sample_schema();
  EXPECT_EQ(schema["properties"]["shape"],
            Json::parse(R"({"description": "one of several kinds", "$ref": "#/$defs/shape"})"));
  const Json& square = schema["$defs"]["shape"]["oneOf"][1];
  EXPECT_EQ(square["properties"]["kind"]["const"], "square");
  EXPECT_EQ(square["required"], Json::parse(R"(["kind", "side_fraction"])"));
}

struct Pair {
  test::Part first, second;
  void fields(Fields& f) {
    f("part", first, "one");
    f("other", second, "another");
  }
};
struct Twice {
  double number = 0;
  void fields(Fields& f) { f("number", number, "any"); }
};
struct Namesakes {
  Pair a, b;
  Twice part, again;
  void fields(Fields& f) {
    f("a", a, "two parts");
    f("b", b, "two parts");
    f("part", part, "none of those");
    f("again", again, "the same");
  }
};

TEST(Schema, NamesDefinitionsApart) {
  Namesakes sample;
  const Json schema = Json::parse(json_schema("Namesakes", slot_of(sample)));
  std::vector<std::string> names;
  for (const auto& [name, unused] : schema["$defs"].items()) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"include", "a", "part", "part_2"}));
  EXPECT_EQ(schema["$defs"]["a"]["properties"]["other"]["$ref"], "#/$defs/part");
  EXPECT_EQ(schema["properties"]["again"]["$ref"], "#/$defs/part_2");
}

TEST(Schema, AllowsNoOtherKeys) {
  const Json schema = sample_schema();
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["$defs"]["parts"]["additionalProperties"], false);
}

TEST(Schema, HasTheFieldsOfAScenarioAndNoOthers) {
  Scenario scenario;
  Names names;
  scenario.fields(names);
  const Json schema = Json::parse(json_schema("Scenario", slot_of(scenario)));
  std::set<std::string> properties, required;
  for (const auto& [name, unused] : schema["properties"].items()) properties.insert(name);
  for (const auto& name : schema["required"]) required.insert(name.get<std::string>());
  names.all.insert("include");  // of every object, before fields are read
  EXPECT_EQ(properties, names.all);
  EXPECT_EQ(required, names.required);
}

struct Wheel {
  double a = 1, b = 2, c = 3, d = 4;
  void fields(Fields& f) {
    f("a", a, "first");
    f("b", b, "second");
    f("c", c, "third");
    f("d", d, "fourth");
  }
};
struct Cart {
  Wheel left, right;
  double load = 0;
  void fields(Fields& f) {
    f("left", left, "on the left");
    f("load", load, "what it carries");
    f("right", right, "on the right");
  }
};

TEST(ReferencePage, LinksPartsToTheirLike) {
  Cart cart;
  const std::string page = reference_page("Cart", slot_of(cart), {{"/left", "wheels.md"}});
  EXPECT_THAT(page, HasSubstr("- [`/left`](#left): on the left ([wheels.md](wheels.md))\n"));
  EXPECT_THAT(page, HasSubstr("## /left\n\n"));
  EXPECT_THAT(page, HasSubstr("on the right; its values are those of [`/left`](#left) |\n"));
  EXPECT_THAT(page, Not(HasSubstr("`/right/a`")));
  EXPECT_LT(page.find("`/load`"), page.find("## /left")) << "values of the whole come first";
}

TEST(ReferencePage, HasOneRowAValue) {
  test::Sample sample;
  const std::string page = reference_page("Sample", slot_of(sample), {});
  EXPECT_THAT(page, HasSubstr("| `/share_fraction` | number | ≥ 0, ≤ 1 | `0.5` | a share |\n"));
  EXPECT_THAT(page, HasSubstr("| `/delay_ms` | number | > 0 | `2000.0` | a delay |\n"));
  EXPECT_THAT(page, HasSubstr("| `/model/name` | string |  | required | what it is called |\n"));
  EXPECT_THAT(page, HasSubstr("| `/parts/N/power_kw` | number | ≥ 0 | `0.1` | what it draws |\n"));
  EXPECT_THAT(page, HasSubstr("| `/by_name/NAME/name` | string |  | required |"));
  EXPECT_THAT(page, HasSubstr("| `/colour` | word | red, green | `\"green\"` | one of two |\n"));
  EXPECT_THAT(page, HasSubstr("| `/shape/kind` = `square` | | | | not round |\n"));
  EXPECT_THAT(page, HasSubstr("| `/shape/side_fraction` | number |  | required | of the unit |\n"));
}

}  // namespace
}  // namespace headroom

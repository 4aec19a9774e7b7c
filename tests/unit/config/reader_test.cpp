#include "config/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/config_fixtures.hpp"

namespace headroom {
namespace {

using test::Circle;
using test::Colour;
using test::ConfigTest;
using test::Sample;
using test::Square;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A document with the one required value, and what else is given.
std::string with(const std::string& more) {
  return R"({"model": {"name": "m"}, )" + more + "}";
}

TEST(ConfigReader, KeepsTheDefaultsOfWhatIsAbsent) {
  const Sample sample = ConfigTest().read(R"({"model": {"name": "m"}})");
  EXPECT_EQ(sample.share, 0.5);
  EXPECT_EQ(sample.delay, Seconds(2.0));
  EXPECT_EQ(sample.colour, Colour::green);
  EXPECT_FALSE(sample.limit);
  EXPECT_EQ(sample.shape.kind, "circle");
}

TEST(ConfigReader, TakesValuesInTheUnitOfTheirName) {
  const Sample sample = ConfigTest().read(with(R"("delay_ms": 250, "clock_mhz": 1275, "limit_s": 3, "count": 7,
      "on": false, "colour": "red", "weights": [1, 2.5], "parts": [{"name": "a", "power_kw": 6.5}],
      "by_name": {"x/y": {"name": "b"}}, "shape": {"kind": "square", "side_fraction": 4})"));
  EXPECT_EQ(sample.delay, Seconds(0.25));
  EXPECT_EQ(sample.clock, Hertz(1275e6));
  EXPECT_EQ(sample.limit, Seconds(3));
  EXPECT_EQ(sample.count, 7u);
  EXPECT_FALSE(sample.on);
  EXPECT_EQ(sample.colour, Colour::red);
  EXPECT_EQ(sample.weights, (std::vector{1.0, 2.5}));
  EXPECT_EQ(sample.parts.at(0).power, Power(6500));
  EXPECT_EQ(sample.by_name.at("x/y").name, "b");
  EXPECT_EQ(dynamic_cast<const Square&>(*sample.shape.value).side, 4);
}

TEST(ConfigReader, ResolvesToTheSameTextWhateverTheOrderOfKeys) {
  const auto resolved = [](const std::string& by_name) {
    const ConfigTest test;
    test.write("main.json", with("\"by_name\": " + by_name));
    Sample sample;
    return read_config(test.document("main.json"), sample).dump();
  };
  EXPECT_EQ(resolved(R"({"b": {"name": "2"}, "a": {"name": "1"}})"),
            resolved(R"({"a": {"name": "1"}, "b": {"name": "2"}})"));
}

TEST(ConfigReader, PointsAtAnUnknownKeyAndAtTheOneThatWasMeant) {
  const ConfigTest test;
  EXPECT_EQ(test.problems(with(R"("delya_ms": 1)")), "main.json: /delya_ms: unknown key; did you mean \"delay_ms\"?");
  EXPECT_EQ(test.problems(with(R"("completely_different": 1)")), "main.json: /completely_different: unknown key");
  EXPECT_EQ(test.problems(with(R"("a/b~c": 1)")), "main.json: /a~1b~0c: unknown key");
  EXPECT_EQ(test.problems(with(R"("parts": [{"name": "a"}, {"nane": "b", "name": "c"}])")),
            "main.json: /parts/1/nane: unknown key; did you mean \"name\"?");
}

TEST(ConfigReader, NamesTheFittingKeysOfAKind) {
  const ConfigTest test;
  EXPECT_EQ(test.problems(with(R"("shape": {"kind": "circle", "side_fraction": 1})")),
            "main.json: /shape/side_fraction: unknown key");
  EXPECT_EQ(test.problems(with(R"("shape": {"kind": "square"})")),
            "main.json: /shape/side_fraction: missing: of the unit");
  EXPECT_EQ(test.problems(with(R"("shape": {"kind": "cirkle"})")),
            "main.json: /shape/kind: there is no \"cirkle\" (there are: circle, square); did you mean \"circle\"?");
  EXPECT_EQ(test.problems(with(R"("shape": {"kind": 3})")), "main.json: /shape/kind: must be one of circle, square");
}

TEST(ConfigReader, RefusesWrongTypes) {
  const ConfigTest test;
  EXPECT_EQ(test.problems(with(R"("share_fraction": "half")")),
            "main.json: /share_fraction: must be a number, not \"half\"");
  EXPECT_EQ(test.problems(with(R"("share_fraction": "0.5")")),
            "main.json: /share_fraction: must be a number, not \"0.5\"");
  EXPECT_EQ(test.problems(with(R"("share_fraction": null)")), "main.json: /share_fraction: must be a number, not null");
  EXPECT_EQ(test.problems(with(R"("share_fraction": true)")), "main.json: /share_fraction: must be a number, not true");
  EXPECT_EQ(test.problems(with(R"("on": 1)")), "main.json: /on: must be true or false, not 1");
  EXPECT_EQ(test.problems(with(R"("text": 1)")), "main.json: /text: must be text, not 1");
  EXPECT_EQ(test.problems(with(R"("parts": {})")), "main.json: /parts: must be a list, not {}");
  EXPECT_EQ(test.problems(with(R"("by_name": [])")), "main.json: /by_name: must be an object, not []");
  EXPECT_EQ(test.problems(with(R"("colour": 0)")), "main.json: /colour: must be one of red, green, not 0");
  EXPECT_EQ(test.problems(with(R"("shape": "circle")")),
            "main.json: /shape: must be an object with a \"kind\", not \"circle\"");
  EXPECT_EQ(test.problems(with(R"("weights": [1, "2"])")), "main.json: /weights/1: must be a number, not \"2\"");
  EXPECT_EQ(test.problems(with(R"("limit_s": null)")), "main.json: /limit_s: must be a number, not null");
}

TEST(ConfigReader, CutsLongValuesShort) {
  EXPECT_EQ(ConfigTest().problems(with("\"share_fraction\": \"" + std::string(200, 'x') + "\"")),
            "main.json: /share_fraction: must be a number, not \"" + std::string(36, 'x') + "...");
}

TEST(ConfigReader, TakesWholeNumbersOnlyWhereTheyBelong) {
  const ConfigTest test;
  const std::string begin = "main.json: /count: must be a whole number, at least 1 and at most 100, not ";
  EXPECT_EQ(test.problems(with(R"("count": 3.7)")), begin + "3.7");
  EXPECT_EQ(test.problems(with(R"("count": 3.0)")), begin + "3.0");
  EXPECT_EQ(test.problems(with(R"("count": -1)")), begin + "-1");
  EXPECT_EQ(test.problems(with(R"("count": 4294967296)")),
            "main.json: /count: must be at most 4294967295, not 4294967296");
  EXPECT_EQ(ConfigTest().read(with(R"("seed": 18446744073709551615)")).seed, 18446744073709551615u);
  EXPECT_THAT(test.problems(with(R"("seed": 18446744073709551616)")),
              StartsWith("main.json: /seed: must be a whole number"));
}

TEST(ConfigReader, RefusesWhatIsOutOfRange) {
  const ConfigTest test;
  EXPECT_EQ(test.problems(with(R"("share_fraction": 1.01)")),
            "main.json: /share_fraction: must be at least 0 and at most 1, not 1.01");
  EXPECT_EQ(test.problems(with(R"("delay_ms": 0)")), "main.json: /delay_ms: must be above 0, not 0");
  EXPECT_EQ(test.problems(with(R"("clock_mhz": -1)")), "main.json: /clock_mhz: must be at least 0, not -1");
  EXPECT_EQ(test.problems(with(R"("count": 0)")), "main.json: /count: must be at least 1 and at most 100, not 0");
  EXPECT_EQ(test.problems(with(R"("weights": [1, -2])")), "main.json: /weights/1: must be at least 0, not -2");
  EXPECT_EQ(test.problems(with(R"("share_fraction": 1, "count": 100, "clock_mhz": 0)")), "");
}

TEST(ConfigReader, RefusesWhatIsNoNumberOfJson) {
  const ConfigTest test;
  for (const char* number : {"NaN", "Infinity", "-Infinity", "1e999", "0x10", ".5", "+1", "01"}) {
    const std::string text = with("\"share_fraction\": " + std::string(number));
    EXPECT_THAT(test.problems(text), StartsWith("main.json: not valid JSON")) << number;
    EXPECT_THAT(test.problems(with("\"on\": true"), {"/share_fraction=" + std::string(number)}),
                StartsWith("--set: /share_fraction: must be a number"))
        << number;
  }
}

TEST(ConfigReader, SaysWhatIsMissing) {
  EXPECT_EQ(ConfigTest().problems(R"({"model": {}})"), "main.json: /model/name: missing: what it is called");
  EXPECT_EQ(ConfigTest().problems(with(R"("parts": [{}])")), "main.json: /parts/0/name: missing: what it is called");
}

TEST(ConfigReader, SaysAllProblemsAtOnce) {
  EXPECT_EQ(ConfigTest().problems(R"({"on": 7, "count": -1, "modell": {}, "colour": "rad", "shape": {"kind": "x"}})"),
            "main.json: /count: must be a whole number, at least 1 and at most 100, not -1\n"
            "main.json: /on: must be true or false, not 7\n"
            "main.json: /colour: must be one of red, green, not \"rad\"; did you mean \"red\"?\n"
            "main.json: /model/name: missing: what it is called\n"
            "main.json: /shape/kind: there is no \"x\" (there are: circle, square)\n"
            "main.json: /modell: unknown key; did you mean \"model\"?");
}

TEST(ConfigReader, LeavesAValueWithAProblemAlone) {
  const ConfigTest test;
  test.write("main.json", with(R"("count": 1000)"));
  Sample sample;
  std::vector<Problem> problems;
  read_config(test.document("main.json"), slot_of(sample), problems);
  EXPECT_EQ(problems.size(), 1u);
  EXPECT_EQ(sample.count, 3u);
}

TEST(ConfigReader, MakesPathsAbsolute) {
  const ConfigTest test;
  EXPECT_EQ(test.read(with(R"("path": "traces/../t.csv")")).path, test.files.path("t.csv"));
  EXPECT_EQ(test.read(with(R"("path": "/t.csv")")).path, "/t.csv");
  EXPECT_EQ(test.read(with(R"("path": "")")).path, "");
  EXPECT_EQ(test.read(with(R"("path": "t.csv")"), {"/path=u.csv"}).path,
            (std::filesystem::current_path() / "u.csv").string());
}

TEST(ConfigReader, ResolvesToADocumentThatReadsBackToTheSameBits) {
  const ConfigTest test;
  test.write("main.json",
             with(R"("share_fraction": 0.1, "delay_ms": 0.30000000000000004, "clock_mhz": 1234.5678901234567,
      "limit_s": 1e-300, "seed": 18446744073709551615, "weights": [0.1, 5e-324, 1e308], "path": "t.csv",
      "parts": [{"name": "a", "power_kw": 0.7}], "by_name": {"x/y": {"name": "ü"}},
      "shape": {"kind": "circle", "radius_fraction": 0.3})"));
  Sample first, second;
  const Json resolved = read_config(test.document("main.json"), first);
  test.write("elsewhere/again.json", resolved.dump(2));
  const Json again = read_config(test.document("elsewhere/again.json"), second);
  EXPECT_EQ(resolved.dump(), again.dump());
  EXPECT_EQ(first.delay, second.delay);
  EXPECT_EQ(first.clock, second.clock);
  EXPECT_EQ(first.limit, second.limit);
  EXPECT_EQ(first.weights, second.weights);
  EXPECT_EQ(first.parts.at(0).power, second.parts.at(0).power);
  EXPECT_EQ(first.path, second.path);
  EXPECT_EQ(dynamic_cast<Circle&>(*first.shape.value).radius, dynamic_cast<Circle&>(*second.shape.value).radius);
}

TEST(ConfigReader, ResolvesDefaultsToTheBitsThatTheCodeHas) {
  const ConfigTest test;
  test.write("main.json", R"({"model": {"name": "m"}})");
  Sample first, second;
  first.delay = second.delay = Seconds(1.0 / 3);  // not a short number of milliseconds
  first.clock = Hertz(1e9 / 7);
  const Json resolved = read_config(test.document("main.json"), first);
  EXPECT_FALSE(resolved.contains("limit_s"));
  EXPECT_EQ(resolved["share_fraction"], 0.5);
  test.write("again.json", resolved.dump());
  read_config(test.document("again.json"), second);
  EXPECT_EQ(first.delay, second.delay);
  EXPECT_EQ(first.clock, second.clock);
}

}  // namespace
}  // namespace headroom

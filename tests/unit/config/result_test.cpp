#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/result_json.hpp"
#include "config/result_page.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;

struct Measured {
  std::string name;
  Energy energy{7.2e6};
  void fields(Fields& f) const { f("energy_kwh", energy, "what it took"); }
};

/// A result with a value of every type.
struct Result {
  std::uint64_t count = 3;
  std::optional<double> share;
  std::optional<Measured> other;
  std::vector<Measured> rooms;
  std::vector<Measured> list;
  std::map<std::string, double> empty;

  void fields(Fields& f) const {
    f("count", count, "how many");
    f("share_fraction", share, "of them");
    f("other", other, "may be there");
    f.group("rooms", "by name", [this](Fields& all) { all("named", by_name(rooms, &Measured::name), "each"); });
    f("list", list, "in order");
    f("empty", empty, "left out");
    f.required("kept", empty, "stays");
    f("twice", static_cast<double>(count) * 2, "derived");
  }
};

TEST(ResultJson, HoldsWhatIsThereInItsUnits) {
  const Result result{2, 0.5, Measured{}, {{"b", Energy(3.6e6)}, {"a/1", Energy(0)}}, {Measured{}}, {}};
  EXPECT_EQ(result_json(slot_of(result)).dump(),
            R"({"count":2,"share_fraction":0.5,"other":{"energy_kwh":2.0},)"
            R"("rooms":{"named":{"b":{"energy_kwh":1.0},"a/1":{"energy_kwh":0.0}}},"list":[{"energy_kwh":2.0}],)"
            R"("kept":{},"twice":4.0})");
}

TEST(ResultJson, LeavesOutWhatIsAbsentOrHasNothingInIt) {
  const Result result;
  EXPECT_EQ(result_json(slot_of(result)).dump(), R"({"count":3,"kept":{},"twice":6.0})");
}

TEST(ResultPage, HasARowForEveryValueThatCouldBeThere) {
  const Result result;
  const std::string page = result_page("Result", slot_of(result));
  EXPECT_THAT(page,
              HasSubstr("| `/count` | integer | how many |\n| `/share_fraction` | number, or absent | of them |\n"));
  EXPECT_THAT(page,
              HasSubstr("| `/other` | object, or absent | may be there |\n| `/other/energy_kwh` | number | what"));
  EXPECT_THAT(page, HasSubstr("| `/rooms/named/NAME/energy_kwh` | number | what it took |\n"));
  EXPECT_THAT(page, HasSubstr("| `/list` | list | in order |\n| `/list/N/energy_kwh` |"));
  EXPECT_THAT(page, HasSubstr("| `/empty` | object | left out |\n"));
}

}  // namespace
}  // namespace headroom

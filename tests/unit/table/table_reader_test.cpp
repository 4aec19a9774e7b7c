#include "table/table_reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::problem_of;
using test::TemporaryFolder;

constexpr std::array<std::string_view, 2> power_names{"power.draw", "POWER"};
constexpr std::array<std::string_view, 1> gpu_names{"gpu"};
constexpr ColumnNames power{"power", power_names};
constexpr ColumnNames gpu{"GPU", gpu_names};

/// The cells of a table joined by `|`, one row a line.
std::string cells_of(const std::string& content, const TableFormat& format = {}) {
  const TemporaryFolder folder;
  TableReader table(folder.write("t", content), format);
  std::string text;
  while (table.next()) {
    for (std::size_t i = 0; i < table.columns().size(); ++i)
      text += (i > 0 ? "|" : "") + (table.has(i) ? std::string(table.cell(i)) : "-");
    text += '\n';
  }
  return text;
}

/// What reading that table to its end says, without its folder.
std::string problem(const std::string& content, const TableFormat& format = {}) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t", content);
  const std::string text = problem_of([&] {
    TableReader table(path, format);
    while (table.next()) {
    }
  });
  return text.starts_with(path) ? text.substr(path.size()) : text;
}

TEST(TableReader, ReadsEveryDialectOfTheSameTable) {
  for (const char* content : {
           "a,b\n1,x y\n2,z\n",
           "\xEF\xBB\xBF"
           "a;b\r\n1;x y\r\n2;z\r\n",
           "a\tb\n1\tx y\n2\tz",
           "a|b\n1|x y\n2|z\n",
           "a, b\n1, x y\n2 , z\n",
           "\"a\",\"b\"\n\"1\", \"x y\"\n\"2\" ,\"z\"\n",
           "sep=;\na;b\n1;x y\n2;z\n",
           "a,b\n1,x y\n\na,b\n2,z\n",
           "{\"a\": 1, \"b\": \"x y\"}\n\n{\"b\": \"z\", \"a\": 2}\n",
           "[{\"a\": 1, \"b\": \"x y\"},\n {\"b\": \"z\", \"a\": 2}]\n",
           "[\n]",
       }) {
    EXPECT_EQ(cells_of(content), std::string_view(content) == "[\n]" ? "" : "1|x y\n2|z\n") << content;
  }
}

TEST(TableReader, UndoesQuotes) {
  EXPECT_EQ(cells_of("a,b\n\"x, \"\"y\"\"\",\"\"\"\"\n\"two\nlines\",2\n"), "x, \"y\"|\"\ntwo\nlines|2\n");
  EXPECT_EQ(problem("a,b\n\"x\"y,1\n"), ":2: there is text behind a closing quote");
  EXPECT_EQ(problem("a,b\n1,2\n\"x,1\n3,4\n"), ":3: a quote is not closed");
}

TEST(TableReader, ReadsWordsWithoutAHeader) {
  const TableFormat swf{.delimiter = ' ', .comment = ';', .header = {"job", "submit"}};
  EXPECT_EQ(cells_of("; MaxProcs: 256\n  1   0\n2 60 \n", swf), "1|0\n2|60\n");
}

TEST(TableReader, ReadsKeysOfNestedObjectsAndListsAsColumns) {
  EXPECT_EQ(
      cells_of("{\"m\": {\"x\": 1.5, \"y\": null}, \"ids\": [1, 2]}\n{\"m\": {\"x\": true}, \"new\": \"a\\\"b\"}\n"),
      "1.5||[1, 2]\ntrue|-|-|a\\\"b\n");
  const TableFormat lists{.list_key = "in"};
  EXPECT_EQ(cells_of("{\"rate\": Infinity, \"in\": [1, 2],\n \"text\": [\"a\", null], \"short\": [1]}", lists),
            "1|a\n2|\n");
  EXPECT_EQ(problem("{\"in\": [1]}\n{\"in\": [1]}\n", lists), ": holds several runs, one a line: keep one");
}

TEST(TableReader, FindsColumnsByTheirNames) {
  const TemporaryFolder folder;
  TableReader table(folder.write("t", "GPU,Power Draw [W],pci.bus_id,\n0,1,2,3\n"));
  EXPECT_EQ(table.need(power), 1U);
  EXPECT_EQ(table.columns()[1].unit, "W");
  EXPECT_EQ(table.find(gpu), 0U);
  EXPECT_EQ(table.unused(), (std::vector<std::string>{"pci.bus_id", "column 4 (without a name)"}));
  EXPECT_EQ(table.named("PCI bus-id"), 2U);
  const std::string path = table.path();
  EXPECT_EQ(problem_of([&] { (void)table.named("pci.bus_d"); }).substr(path.size(), 55),
            ": has no column \"pci.bus_d\"; did you mean \"pci.bus_id\"?");
}

TEST(TableReader, RefusesTwoColumnsOfOneField) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t", "power.draw [W],power\n1,2\n");
  TableReader table(path, {.columns_pointer = "/columns"});
  EXPECT_EQ(problem_of([&] { (void)table.find(power); }),
            path + ": two columns may be the power: \"power.draw [W]\" and \"power\"; say which in /columns");
  EXPECT_EQ(problem_of([&] { (void)table.need(gpu); }),
            path + ": no column is the GPU (gpu); there are: power.draw [W], power; say which is in /columns");
}

TEST(TableReader, KnowsUnitsByTheirPlace) {
  EXPECT_EQ(column_of("time_ms").key, "time");
  EXPECT_EQ(column_of("time_ms").unit, "ms");
  EXPECT_EQ(column_of(" Carbon-intensity (g/kWh) ").key, "carbon_intensity");
  EXPECT_EQ(column_of("input_tokens").unit, "");
  EXPECT_EQ(column_of("[W]").key, "[w]");
}

TEST(TableReader, NamesTheLineOfWhatIsNoTable) {
  EXPECT_EQ(problem(""), ": the table is empty");
  EXPECT_EQ(problem("\n \n", {.subject = "job trace"}), ": the job trace is empty");
  EXPECT_EQ(problem("a,b\n1\n"), ":2: the row has 1 columns instead of 2");
  EXPECT_EQ(problem("a,b\n\n1,2,3\n"), ":3: the row has 3 columns instead of 2");
  EXPECT_EQ(problem("{\"a\": 1}\n{\"a\": 1} x\n"), ":2: the line is not valid JSON (at column 10)");
  EXPECT_EQ(problem("{\"a\": 1, \"a\": 2}\n"), ":1: the key \"a\" appears twice");
  EXPECT_EQ(problem("{\"a\": 01}\n"), ":1: the line is not valid JSON (at column 9)");
  EXPECT_EQ(problem("{\"a\":\n"), ":1: the line is not valid JSON (at column 6)");
  EXPECT_EQ(problem("{\"a\": 1}\n[1]\n"), ":2: the line is not a JSON object");
  EXPECT_EQ(problem("[{\"a\": 1},\n\n 2]"), ":3: an element of the list is not a JSON object");
  EXPECT_EQ(problem("{\"a\": " + std::string(100, '[') + "\n"), ":1: the line is not valid JSON (at column 70)");
}

TEST(TableReader, ReadsNumbers) {
  const TemporaryFolder folder;
  TableReader table(folder.write("t", "a,b\n1.5,100.0\n\"1,5\",-3\nnan,100.5\n,1e300\n7,99999999999999999999\n"));
  const std::string path = table.path();
  const auto problem_in = [&](auto read) { return problem_of(read).substr(path.size()); };
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.number(0), 1.5);
  EXPECT_EQ(table.whole(1), 100U);
  ASSERT_TRUE(table.next());
  EXPECT_EQ(problem_in([&] { (void)table.number(0); }), ":3: \"1,5\" is not a number: decimals stand behind a point");
  EXPECT_EQ(problem_in([&] { (void)table.whole(1); }), ":3: b is negative: \"-3\"");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(problem_in([&] { (void)table.number(0); }), ":4: \"nan\" is not a number");
  EXPECT_EQ(problem_in([&] { (void)table.whole(1); }), ":4: b is not a whole number: \"100.5\"");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(problem_in([&] { (void)table.number(0); }), ":5: a value is missing");
  EXPECT_EQ(table.whole(1), ~std::uint64_t{0});
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.whole(1), ~std::uint64_t{0});
}

TEST(TimeStyle, KeepsEveryDigitOfANumber) {
  const auto seconds = [](std::string_view text, TimeStyle style) {
    WallTime time;
    EXPECT_TRUE(parse_time(text, style, time)) << text;
    return seconds_between(WallTime{1'738'570'000, 0.0}, time);
  };
  EXPECT_EQ(seconds("1738570000500000001", TimeStyle::ns), 0.500000001);
  EXPECT_EQ(seconds("1738570000000001", TimeStyle::us), 1e-6);
  EXPECT_EQ(seconds("1738570000123.5", TimeStyle::ms), 0.1235);
  EXPECT_EQ(seconds("1738570000.25", TimeStyle::s), 0.25);
  EXPECT_EQ(seconds("1.7385700005e9", TimeStyle::s), 0.5);
  WallTime time;
  for (const char* text : {"", "x", "1x", "1.5x", "nan", "inf", "1e400", "2024-01-01"})
    EXPECT_FALSE(parse_time(text, TimeStyle::s, time)) << text;
}

TEST(WallTime, IsTheSameWhateverDateWasReadBefore) {
  LastDate last;
  for (const std::string date : {"2023-11-16", "2023-11-16", "2023-11-17", "2023/11/17", "1970-01-01", "2023-13-01",
                                 "2023-02-29", "2024-02-29", "2023-11/17", "x023-11-17", "2024-02-29"}) {
    WallTime alone;
    WallTime behind;
    const bool is_date = parse_wall_time(date + " 18:15:46.25", alone);
    EXPECT_EQ(parse_wall_time(date + " 18:15:46.25", behind, last), is_date) << date;
    EXPECT_EQ(behind.whole_s, alone.whole_s) << date;
  }
  WallTime time;
  EXPECT_FALSE(parse_wall_time(std::string(10, '\0') + " 18:15:46", time));
  EXPECT_FALSE(parse_wall_time("2024-02-29 24:00:00", time, last));
}

TEST(TableReader, RefusesDatesOfWhichSomeSayAZone) {
  const auto problem = [](const std::string& first, const std::string& second) {
    const test::TemporaryFolder folder;
    TableReader table(folder.write("t.csv", "time,a\n" + first + ",1\n" + second + ",1\n"));
    const std::string what = test::problem_of([&] {
      while (table.next()) (void)table.time(0, TimeStyle::date);
    });
    return what.substr(std::min(what.find("t.csv"), what.size()));
  };
  EXPECT_EQ(problem("2024-03-31T02:30:00+01:00", "2024-03-31T02:30:01"),
            "t.csv:3: no zone stands behind this date, as behind those before: say it of all or of none");
  EXPECT_EQ(problem("2024-03-31 02:30:00", "2024-03-31 02:30:01 Z"),
            "t.csv:3: a zone stands behind this date, and behind none before: say it of all or of none");
  EXPECT_EQ(problem("2024-03-31T02:30:00+01:00", "2024-03-31T03:30:01+02:00"), "");
  EXPECT_EQ(problem("2024-03-31", "2024-04-01"), "");
}

TEST(TimeStyle, TellsDatesAndEpochsByTheirValues) {
  EXPECT_EQ(style_of_value("2025/02/03 08:00:00.100"), TimeStyle::date);
  EXPECT_EQ(style_of_value("2024-05-10 00:00:00.000000 UTC"), TimeStyle::date);
  EXPECT_EQ(style_of_value("2024-05-10T00:00:00,5+0000"), TimeStyle::date);
  EXPECT_EQ(style_of_value("2024-05-10"), TimeStyle::date);
  EXPECT_EQ(style_of_value("1715299200.5"), TimeStyle::s);
  EXPECT_EQ(style_of_value("1715299200000"), TimeStyle::ms);
  EXPECT_EQ(style_of_value("1715299200000000"), TimeStyle::us);
  EXPECT_EQ(style_of_value("1715299200000000000"), TimeStyle::ns);
  for (const char* text : {"0", "17.5", "86400", "x", "01/02/2025 10:00:00", "1500000000000000000000"})
    EXPECT_EQ(style_of_value(text), std::nullopt) << text;
}

}  // namespace
}  // namespace headroom

#include "metrics/tidy_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <zlib.h>

#include <array>
#include <limits>

#include "base/problem.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Report tidy_report() {
  Report report;
  report.scenario = "one, two";
  report.all.latency.ttft.add(1.5);
  Meter row(Power(100), Seconds(2), true);
  row.change(Power(50), Seconds(0));
  row.settle(Seconds(4));
  report.nodes.push_back({"row0/rack0", std::nullopt, row, {}});
  report.events.push_back({3.0, 0, -1, 0, report.texts.add("trip"), report.texts.add("row0"), report.texts.add("why")});
  return report;
}

std::string unzipped(const std::string& path) {
  std::string text;
  std::array<char, 4096> part{};
  gzFile file = gzopen(path.c_str(), "rb");
  for (int got = 0; (got = gzread(file, part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(got));
  gzclose_r(file);
  return text;
}

TEST(TidyTables, HaveOneObservationARowInCsv) {
  const test::TemporaryFolder folder;
  write_tables(tidy_report(), *csv_tables(folder.path("")));
  EXPECT_EQ(unzipped(folder.path("power.csv.gz")),
            "time_s,node,mean_w,min_w,max_w\n0,row0/rack0,50,50,50\n2,row0/rack0,50,50,50\n");
  EXPECT_EQ(unzipped(folder.path("events.csv.gz")),
            "time_s,effective_s,duration_s,kind,target,cause,value,value_name\n3,,,trip,row0,why,,\n");
  EXPECT_THAT(unzipped(folder.path("latency.csv.gz")),
              StartsWith("class,latency,quantile,value_s\nall,ttft,0.0025,1.5"));
  const std::string summary = unzipped(folder.path("summary.csv.gz"));
  EXPECT_THAT(summary, HasSubstr("\nscenario,,\"one, two\",/scenario\n"));
  EXPECT_THAT(summary, HasSubstr("\npower.row0.rack0.mean_w,50,,/power/row0~1rack0/mean_w\n"));
}

TEST(TidyTables, AreTheSameInSqlite) {
  const test::TemporaryFolder folder;
  write_tables(tidy_report(), *sqlite_tables(folder.path("t.sqlite")));
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(folder.path("t.sqlite").c_str(), &database), SQLITE_OK);
  const auto number = [&](const char* query) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, query, -1, &statement, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const double value = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    return value;
  };
  EXPECT_EQ(number("SELECT sum(mean_w * 2) FROM power WHERE node = 'row0/rack0'"), 200);
  EXPECT_EQ(number("SELECT value FROM summary WHERE name = 'power.row0.rack0.mean_w'"), 50);
  EXPECT_EQ(number("SELECT count(*) FROM events WHERE effective_s IS NULL AND kind = 'trip'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM latency"), 200);
  sqlite3_close(database);
}

TEST(TidyTables, HoldFiniteNumbersOnly) {
  const test::TemporaryFolder folder;
  Report report = tidy_report();
  report.events.front().time_s = std::numeric_limits<double>::infinity();
  EXPECT_THROW(write_tables(report, *csv_tables(folder.path(""))), InputError);
}

}  // namespace
}  // namespace headroom

#include "trace/trace_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::content_of;
using test::TemporaryFolder;

/// Plays back requests given as code; fails after the last where told to.
class ListedRequests : public RequestSource {
 public:
  explicit ListedRequests(std::vector<Request> requests, bool fails = false)
      : requests_(std::move(requests)), fails_(fails) {}
  bool next(Request& request) override {
    if (next_ == requests_.size() && fails_) throw InputError("trace.csv:17", "bad row");
    if (next_ == requests_.size()) return false;
    request = requests_[next_++];
    return true;
  }

 private:
  std::vector<Request> requests_;
  std::size_t next_ = 0;
  bool fails_;
};

struct Fixture {
  ClassTable table;
  std::vector<Request> requests;
  explicit Fixture(const std::string& type) {
    const ClassId id = table.add(type, Priority::low);
    requests = {{0, Seconds(0.0), 10, 1, id, Priority::low},
                {1, Seconds(0.1234567), 20, 2, id, Priority::low},
                {2, Seconds(86400.5), 30, 3, id, Priority::low}};
  }
};

TEST(TraceWriter, WritesTheAzureLayout) {
  const TemporaryFolder folder;
  const Fixture fixture("");
  ListedRequests source(fixture.requests);
  EXPECT_EQ(write_trace(source, fixture.table, folder.path("new/t.csv")), 3U);
  EXPECT_EQ(content_of(folder.path("new/t.csv")),
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-01-01 00:00:00.0000000,10,1\n"
            "2024-01-01 00:00:00.1234567,20,2\n2024-01-02 00:00:00.5000000,30,3\n");
}

TEST(TraceWriter, AddsTheTypeWhereThereAreTypes) {
  const TemporaryFolder folder;
  const Fixture fixture("chat");
  ListedRequests source(fixture.requests);
  write_trace(source, fixture.table, folder.path("t.csv"));
  EXPECT_TRUE(
      content_of(folder.path("t.csv"))
          .starts_with("TIMESTAMP,ContextTokens,GeneratedTokens,Class\n2024-01-01 00:00:00.0000000,10,1,chat\n"));
}

TEST(TraceWriter, CompressesToTheSameBytesEveryTime) {
  const TemporaryFolder folder;
  const Fixture fixture("");
  for (const char* name : {"a.csv.gz", "b.csv.gz"}) {
    ListedRequests source(fixture.requests);
    write_trace(source, fixture.table, folder.path(name));
  }
  const std::string packed = content_of(folder.path("a.csv.gz"));
  EXPECT_EQ(packed, content_of(folder.path("b.csv.gz")));
  EXPECT_EQ(packed.substr(0, 4), std::string("\x1f\x8b\x08\x00", 4));  // no name
  EXPECT_EQ(packed.substr(4, 4), std::string(4, '\0'));                // no date
}

TEST(TraceWriter, WritesWhatTheReaderReads) {
  const TemporaryFolder folder;
  const Fixture fixture("");
  ListedRequests source(fixture.requests);
  write_trace(source, fixture.table, folder.path("t.csv.gz"));
  const auto rows = test::rows_of(folder.path("t.csv.gz"));
  ASSERT_EQ(rows.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(rows[i].time.value(), fixture.requests[i].arrival.value(), 1e-12);
    EXPECT_EQ(rows[i].input_tokens, fixture.requests[i].input_tokens);
  }
}

TEST(TraceWriter, LeavesNothingBehindWhenTheSourceFails) {
  const TemporaryFolder folder;
  const Fixture fixture("");
  ListedRequests source(fixture.requests, true);
  EXPECT_THROW(write_trace(source, fixture.table, folder.path("t.csv")), InputError);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path("")));
}

TEST(TraceWriter, SaysWhenItCannotWrite) {
  const TemporaryFolder folder;
  const Fixture fixture("");
  ListedRequests source(fixture.requests);
  const std::string path = folder.write("file", "x") + "/t.csv";
  try {
    write_trace(source, fixture.table, path);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr(path), testing::EndsWith(": Not a directory")));
  }
}

TEST(TraceWriter, ReplacesNoFile) {
  const TemporaryFolder folder;
  const Fixture fixture("");
  ListedRequests source(fixture.requests);
  const std::string theirs = folder.write("t.csv", "TIMESTAMP,theirs\n");
  EXPECT_THROW(write_trace(source, fixture.table, theirs), InputError);
  EXPECT_THROW(write_trace(source, fixture.table, theirs, true), InputError);
  EXPECT_EQ(content_of(theirs), "TIMESTAMP,theirs\n");
}

}  // namespace
}  // namespace headroom

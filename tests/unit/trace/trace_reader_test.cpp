#include "trace/trace_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

using test::problem_of;
using test::rows_of;
using test::TemporaryFolder;

const std::string header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
const std::string skip_hint = "/workload/trace/failed_rows=skip leaves such rows out";
const std::string good_row = "2023-11-16 18:15:46.6805900,374,44\n";

/// The message about a CSV trace with one good row and this one, without the path.
std::string csv_problem(const std::string& row) {
  const TemporaryFolder folder;
  const std::string path = folder.write("trace.csv", header + good_row + row + "\n");
  const std::string message = problem_of([&] { rows_of(path); });
  return message.starts_with(path) ? message.substr(path.size()) : message;
}

std::string json_problem(const std::string& line) {
  const TemporaryFolder folder;
  const std::string path = folder.write("trace.jsonl", line + "\n");
  const std::string message = problem_of([&] { rows_of(path); });
  return message.starts_with(path) ? message.substr(path.size()) : message;
}

std::vector<double> times_of(const std::string& rows) {
  const TemporaryFolder folder;
  std::vector<double> times;
  for (const auto& row : rows_of(folder.write("trace.csv", header + rows))) times.push_back(row.time.value());
  return times;
}

TEST(AzureCsv, ReadsTimesAndTokens) {
  const TemporaryFolder folder;
  const auto rows = rows_of(folder.write("trace.csv", header + good_row + "2023-11-16 18:15:50.9951690,396,109\n"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].time.value(), 0.0);
  EXPECT_EQ(rows[0].input_tokens, 374U);
  EXPECT_EQ(rows[0].output_tokens, 44U);
  EXPECT_NEAR(rows[1].time.value(), 4.314579, 1e-12);  // 50.9951690 - 46.6805900
  EXPECT_EQ(rows[1].input_tokens, 396U);
}

TEST(AzureCsv, GoesOnOverMidnightMonthAndYear) {
  const auto times = times_of("2023-12-31 23:59:59.5,1,1\n2024-01-01 00:00:00.25,1,1\n2024-03-01 00:00:00,1,1\n");
  ASSERT_EQ(times.size(), 3U);
  EXPECT_NEAR(times[1], 0.75, 1e-12);
  EXPECT_NEAR(times[2], 60 * 86400 + 0.5, 1e-9);  // January 31 and February 29 days
}

TEST(AzureCsv, AcceptsEveryLayoutOfATimestamp) {
  EXPECT_EQ(times_of("2024-05-10 00:00:00,1,1\n2024-05-10T00:00:01,1,1\n"), (std::vector<double>{0.0, 1.0}));
  const auto times = times_of(
      "2024-05-10 00:00:00Z,1,1\n2024-05-10 00:00:02.009930+00:00,1,1\n2024-05-10T00:00:03.1Z,1,1\n"
      "2024-05-10 02:00:04.123456789012345678901+02:00,1,1\n2024-05-09 22:30:05-01:30,1,1\n");
  const std::vector<double> expected{0.0, 2.00993, 3.1, 4.123456789012345678, 5.0};
  ASSERT_EQ(times.size(), expected.size());
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_NEAR(times[i], expected[i], 1e-12) << i;
}

TEST(AzureCsv, TakesCrlfByteOrderMarkAndBlankLines) {
  const TemporaryFolder folder;
  const std::string text =
      "\xEF\xBB\xBFTIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.68,374,44\r\n\r\n";
  EXPECT_EQ(rows_of(folder.write("trace.csv", text)).size(), 1U);
}

TEST(AzureCsv, ReadsAClassColumn) {
  const TemporaryFolder folder;
  const std::string path = folder.write("trace.csv",
                                        "TIMESTAMP,ContextTokens,GeneratedTokens,Class\n2024-01-01 00:00:00,1,1,chat\n"
                                        "2024-01-01 00:00:00,1,1,search\n2024-01-01 00:00:00,1,1,chat\n");
  const auto reader = test::trace_at(path);
  EXPECT_TRUE(reader->typed());
  std::vector<std::uint32_t> types;
  for (TraceRow row; reader->next(row);) types.push_back(row.type);
  EXPECT_EQ(types, (std::vector<std::uint32_t>{0, 1, 0}));
  EXPECT_EQ(reader->types(), (std::vector<std::string>{"chat", "search"}));
}

TEST(AzureCsv, NamesTheLineOfABadRow) {
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,374"), ":3: the row has 2 columns instead of 3");
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,374,44,chat"), ":3: the row has 4 columns instead of 3");
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,many,44"), ":3: ContextTokens is not a whole number: \"many\"");
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,374,4.5"), ":3: GeneratedTokens is not a whole number: \"4.5\"");
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,,44"), ":3: ContextTokens is not a whole number: \"\"");
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,374,-44"), ":3: GeneratedTokens is negative: \"-44\"");
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,0,44"),
            ":3: ContextTokens is 0, but a request has at least one token; " + skip_hint);
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,374,0"),
            ":3: GeneratedTokens is 0, but a request has at least one token; " + skip_hint);
  EXPECT_EQ(csv_problem("2023-11-16 18:15:47,10000001,44"),
            ":3: ContextTokens is 10000001, more than the 10000000 tokens that are accepted");
  EXPECT_TRUE(csv_problem("2023-11-16 18:15:47,99999999999999999999999,44").starts_with(":3: ContextTokens is 1844"));
  EXPECT_EQ(csv_problem("2023-11-16 18:15:45.1805900,374,44"),
            ":3: the row is 1.5 s earlier than one before it, more than the 1 s of /workload/trace/late_s within which "
            "rows are put in order");
  EXPECT_EQ(csv_problem("2033-11-16 18:15:47,374,44"), ":3: the row is more than a year later than the one before it");
}

TEST(AzureCsv, RefusesWhatIsNoTimestamp) {
  for (const char* text :
       {"yesterday", "2023-13-16 18:15:47", "2023-02-29 18:15:47", "2023-11-16 24:15:47", "2023-11-16 18:60:47",
        "2023-11-16 18:15:47.", "2023-11-16 18:15:47+1:00", "2023-11-16 18:15:47Zx", "2023-11-16 18:15", ""})
    EXPECT_EQ(
        csv_problem(std::string(text) + ",1,1"),
        ":3: \"" + std::string(text) +
            "\" is not a date that is read: write it year first, as 2023-11-16 18:15:46.68, with Z or +01:00 behind it "
            "where it is not UTC (no names of zones, no AM or PM)");
}

TEST(AzureCsv, RefusesAnotherHeaderAndAnEmptyClass) {
  const TemporaryFolder folder;
  const std::string path = folder.write("trace.csv", "time,in,out\n");
  EXPECT_TRUE(problem_of([&] { rows_of(path); }).starts_with(path + ": no column is the number of input tokens ("));
  const std::string typed =
      folder.write("typed.csv", "TIMESTAMP,ContextTokens,GeneratedTokens,Class\n2024-01-01 00:00:00,1,1,\n");
  EXPECT_EQ(problem_of([&] { rows_of(typed); }), typed + ":2: the class is empty");
}

TEST(AzureCsv, RefusesMoreClassesThanAnyoneMeans) {
  const TemporaryFolder folder;
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens,Class\n";
  for (int i = 0; i < 300; ++i) text += "2024-01-01 00:00:00,1,1,user" + std::to_string(i) + '\n';
  const std::string path = folder.write("trace.csv", text);
  EXPECT_EQ(problem_of([&] { rows_of(path); }), path + ":258: the trace has more than 256 classes");
}

TEST(TraceReader, RefusesATraceWithoutRows) {
  const TemporaryFolder folder;
  const std::string nothing = folder.write("nothing.csv", "");
  const std::string only_header = folder.write("header.csv", header);
  const std::string no_lines = folder.write("nothing.jsonl", "\n");
  EXPECT_EQ(problem_of([&] { rows_of(nothing); }), nothing + ": the trace is empty");
  EXPECT_EQ(problem_of([&] { rows_of(only_header); }), only_header + ": the trace has no rows");
  EXPECT_EQ(problem_of([&] { rows_of(no_lines); }), no_lines + ": the trace is empty");
}

TEST(TraceReader, TellsTheFormatByTheContent) {
  const TemporaryFolder folder;
  const std::string csv = header + good_row;
  const std::string json = "{\"timestamp\": 0, \"input_length\": 374, \"output_length\": 44}\n";
  for (const auto& path :
       {folder.write("a.csv", csv), folder.write_gzip("b.csv.gz", csv), folder.write("c.jsonl", json),
        folder.write_gzip("d.jsonl.gz", json), folder.write("e.txt", csv), folder.write_gzip("f", json)}) {
    const auto rows = rows_of(path);
    ASSERT_EQ(rows.size(), 1U) << path;
    EXPECT_EQ(rows[0].input_tokens, 374U) << path;
    EXPECT_EQ(rows[0].output_tokens, 44U) << path;
  }
}

TEST(TraceReader, SaysWhenTheFileIsMissing) {
  EXPECT_EQ(problem_of([] { rows_of("nowhere/trace.csv"); }),
            "nowhere/trace.csv: cannot be opened: No such file or directory");
}

TEST(MooncakeJsonl, ReadsMillisecondsAndIgnoresOtherKeys) {
  const TemporaryFolder folder;
  const auto rows = rows_of(folder.write("trace.jsonl",
                                         "{\"timestamp\": 1000, \"input_length\": 5, \"output_length\": 6, "
                                         "\"hash_ids\": [1], \"x\": {\"timestamp\": 9}}\n"
                                         "{\"output_length\": 8, \"input_length\": 7, \"timestamp\": 1277}\n"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].input_tokens, 5U);
  EXPECT_EQ(rows[1].output_tokens, 8U);
  EXPECT_NEAR(rows[1].time.value(), 0.277, 1e-12);
}

TEST(MooncakeJsonl, NamesTheLineOfABadRow) {
  EXPECT_EQ(json_problem("{\"timestamp\": -1, \"input_length\": 5, \"output_length\": 6}"),
            ":1: timestamp is negative");
  EXPECT_EQ(json_problem("{\"timestamp\": 0, \"input_length\": 5.5, \"output_length\": 6}"),
            ":1: input_length is not a whole number: \"5.5\"");
  EXPECT_EQ(json_problem("{\"timestamp\": 0, \"input_length\": -5, \"output_length\": 6}"),
            ":1: input_length is negative: \"-5\"");
  EXPECT_EQ(json_problem("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 0}"),
            ":1: output_length is 0, but a request has at least one token; " + skip_hint);
}

TEST(MooncakeJsonl, DoesNotTakeSecondsForMilliseconds) {
  EXPECT_EQ(json_problem("{\"timestamp\": 1.5, \"input_length\": 5, \"output_length\": 6}"),
            ":1: timestamp is \"1.5\", so it may count seconds and not milliseconds: say which in "
            "/workload/trace/time_unit");
  EXPECT_EQ(json_problem("{\"timestamp\": 1, \"input_length\": 40, \"output_length\": 6, \"hash_ids\": [1, 2, 3]}"),
            ":1: hash_ids are not one for each 512 tokens, so the trace is not Mooncake's and timestamp may count "
            "seconds: say which in /workload/trace/time_unit");
}

/// The arrivals of a trace with this text under a name, or its problem without the path.
std::string arrivals_of(const std::string& name, const std::string& text, std::optional<TimeStyle> unit = {}) {
  const TemporaryFolder folder;
  TraceConfig config;
  config.path = folder.write(name, text);
  config.time_unit = unit;
  std::string arrivals;
  const std::string problem = problem_of([&] {
    const auto reader = open_trace(config, "/workload/trace");
    for (TraceRow row; reader->next(row);) arrivals += std::to_string(row.time.value()).substr(0, 5) + ' ';
  });
  return problem.starts_with(config.path) ? problem.substr(config.path.size()) : arrivals + problem;
}

const std::string lengths_header = ",input_tokens,output_tokens\n";

TEST(Failures, AreMarkedInAnyLayoutAndByLaterRows) {
  const std::string ok = R"(,"input_tokens":10,"output_tokens":1)";
  const auto json = [&](const std::string& mark) {
    return arrivals_of("t.jsonl",
                       "{\"time_s\":0" + ok + "}\n{\"time_s\":1" + ok + mark + "}\n{\"time_s\":2" + ok + "}\n");
  };
  EXPECT_EQ(json(""), "0.000 1.000 2.000 ");
  for (const char* mark : {R"("error":"timeout")", R"("error":{"code":500})", R"("was_cancelled":true)",
                           R"("metadata":{"was_cancelled":true})", R"("success":false)", R"("status":500)",
                           R"("status_code":"429")", R"("status":"timeout")"})
    EXPECT_EQ(json(std::string(",") + mark), "0.000 2.000 ") << mark;
  for (const char* mark : {R"("error":null)", R"("error":"")", R"("was_cancelled":false)", R"("success":true)",
                           R"("status":200)", R"("status":"OK")"})
    EXPECT_EQ(json(std::string(",") + mark), "0.000 1.000 2.000 ") << mark;
  EXPECT_EQ(arrivals_of("t.csv", "time_s,input_tokens,output_tokens,status\n0,1,1,200\n1,1,1,503\n2,1,1,201\n"),
            "0.000 2.000 ");
  EXPECT_THAT(json(R"(,"class":"x")"), testing::HasSubstr(":2: the class \"class\" is told from this row on only"));
}

TEST(BenchmarkResults, ArriveBeforeTheirTimeInTheQueue) {
  EXPECT_EQ(arrivals_of("r.json", R"({"input_lens": [1, 1, 1], "output_lens": [1, 1, 1], "errors": ["", "", ""],
                                      "start_times": [1000.5, 1001, 1002.25], "queue_times": [0.5, 0, 0.75]})"),
            "0.000 1.000 1.500 ");
  EXPECT_THAT(arrivals_of("r.json", R"({"request_rate": 2.0, "completed": 1, "duration": 3.1})"),
              testing::HasSubstr("--save-detailed"));
}

TEST(Units, AreReadOrRefused) {
  EXPECT_EQ(arrivals_of("t.csv", "time (µs)" + lengths_header + "0,1,1\n1500000,1,1\n"), "0.000 1.500 ");
  EXPECT_THAT(arrivals_of("t.csv", "time [min]" + lengths_header + "0,1,1\n"),
              testing::HasSubstr("counts min, which is not read"));
  EXPECT_THAT(arrivals_of("t.csv", "time_h" + lengths_header + "0,1,1\n"),
              testing::HasSubstr("counts h, which is not read"));
  EXPECT_THAT(arrivals_of("t.csv", "time [min]" + lengths_header + "0,1,1\n", TimeStyle::s),
              testing::HasSubstr("says min, but /workload/trace/time_unit is s"));
  EXPECT_THAT(arrivals_of("t.csv", "arrival_us" + lengths_header + "0,1,1\n", TimeStyle::s),
              testing::HasSubstr("says us, but /workload/trace/time_unit is s"));
  EXPECT_THAT(arrivals_of("t.csv", "time_s,input_tokens [k],output_tokens\n0,1,1\n"),
              testing::HasSubstr("says the unit \"k\""));
}

TEST(Units, AreNotThoseOfAnotherEpoch) {
  EXPECT_THAT(arrivals_of("t.csv", "timestamp_s" + lengths_header + "1738570000000,1,1\n"),
              testing::HasSubstr("beyond the year 2100 in s: it looks like ms since 1970"));
}

TEST(Dates, AreReadOrTheirStyleIsNamed) {
  EXPECT_EQ(arrivals_of("t.csv", "time" + lengths_header + "2025-03-04,1,1\n2025-03-04 00:00:01.5,1,1\n"),
            "0.000 1.500 ");
  for (const char* date : {"04.03.2025 10:00:00", "03/04/2025", "04.03.2025", "2025-03-04 10:00:00 EST",
                           "20250304T100000Z", "2025-03-04 10:00:00 AM"})
    EXPECT_THAT(arrivals_of("t.csv", "time" + lengths_header + date + ",1,1\n"),
                testing::HasSubstr("is not a date that is read"))
        << date;
  EXPECT_THAT(arrivals_of("t.csv", "time;input_tokens;output_tokens\n12,5;1;1\n"),
              testing::HasSubstr("decimals stand behind a point"));
}

TEST(RowOrder, PutsRowsInOrderAsASortWould) {
  RowOrder order(1.0);
  std::vector<std::uint32_t> seen;
  const std::vector<double> times{0.0, 0.5, 0.25, 0.5, 1.0, 0.0, 1.25, 0.5, 3.0, 2.5};
  for (std::uint32_t i = 0; i < times.size(); ++i) {
    const ParsedRow row{{static_cast<std::int64_t>(times[i]), times[i] - static_cast<std::int64_t>(times[i])}, i, 1, 0};
    ASSERT_LE(order.lateness_s(row), 1.0);
    order.put(row);
    while (order.is_settled()) seen.push_back(order.take().input_tokens);
  }
  while (!order.empty()) seen.push_back(order.take().input_tokens);
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{0, 5, 2, 1, 3, 7, 4, 6, 9, 8}));
}

TEST(TraceTypes, MakesNamesThatOutputsCanHold) {
  const TemporaryFolder folder;
  const TableReader table(folder.write("t", "a\n"));
  TraceTypes types;
  EXPECT_EQ(types.index_of("API log", table), 0U);
  EXPECT_EQ(types.index_of("chat", table), 1U);
  EXPECT_EQ(types.names(), (std::vector<std::string>{"API_log", "chat"}));
  EXPECT_NE(problem_of([&] { (void)types.index_of("API_log", table); }).find("would both be called API_log"),
            std::string::npos);
}

TEST(RealTraces, AreReadWhole) {
  const auto data = test::data_folder();
  if (data.empty()) GTEST_SKIP() << "the measured data are not at ../shared/data or $HEADROOM_DATA";
  const auto conversation = rows_of((data / "azure-llm-2023/AzureLLMInferenceTrace_conv.csv").string());
  EXPECT_EQ(conversation.size(), 19366U);
  EXPECT_NEAR(conversation.back().time.value(), 3501.721937, 1e-6);
  EXPECT_EQ(rows_of((data / "azure-llm-2023/AzureLLMInferenceTrace_code.csv").string()).size(), 8819U);
  EXPECT_EQ(rows_of((data / "mooncake/synthetic_trace.jsonl").string()).size(), 3993U);
}

}  // namespace
}  // namespace headroom

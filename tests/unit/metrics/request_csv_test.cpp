#include "metrics/request_csv.hpp"

#include <gtest/gtest.h>

#include "support/workload_fixtures.hpp"

namespace headroom {
namespace {

Request request(std::uint64_t id, std::uint32_t output_tokens) {
  Request r;
  r.id = id;
  r.arrival = Seconds(1.5);
  r.input_tokens = 100;
  r.output_tokens = output_tokens;
  return r;
}

TEST(RequestCsv, WritesALineARequest) {
  const test::TemporaryFolder folder;
  RequestCsv csv(
      folder.path("r.csv"), [](ClassId) { return std::string("high"); }, false);
  Sequence sequence;
  sequence.request = request(0, 11);
  sequence.first_token = Seconds(2.0);
  sequence.energy = Energy(250.5);
  csv.completed(sequence, InstanceId(3), Seconds(4.0));
  sequence.request = request(1, 1);  // no second token, no time between tokens
  csv.completed(sequence, InstanceId(0), Seconds(2.0));
  csv.rejected(request(2, 7));
  csv.close();
  EXPECT_EQ(test::content_of(folder.path("r.csv")),
            "id,arrival_s,class,input_tokens,output_tokens,instance,ttft_s,tbt_s,e2e_s,energy_j,outcome\n"
            "0,1.5,high,100,11,3,0.5,0.2,2.5,250.5,completed\n"
            "1,1.5,high,100,1,0,0.5,,0.5,250.5,completed\n"
            "2,1.5,high,100,7,,,,,,rejected\n");
}

TEST(RequestCsv, SaysWhoReadThePromptAndWhoWentOn) {
  const test::TemporaryFolder folder;
  RequestCsv csv(
      folder.path("r.csv"), [](ClassId) { return std::string("high"); }, true);
  const auto travels = [&](const Sequence& s, bool arrived) {
    csv.travelled({s, InstanceId(3), InstanceId(5), Seconds(2), Seconds(2.5), 1e9, arrived});
  };
  Sequence there, back;
  there.request = request(0, 11);
  back.request = request(1, 11);
  there.first_token = back.first_token = Seconds(2.0);
  for (const Sequence* each : {&there, &back}) travels(*each, true);
  csv.completed(there, InstanceId(5), Seconds(4.0));
  csv.completed(back, InstanceId(4), Seconds(4.0));  // the other handed it back, and this one read it anew
  travels(there, false);
  csv.lost(there, InstanceId(3));
  csv.left(request(2, 7), InstanceId(3));
  csv.rejected(request(3, 7));
  csv.close();
  EXPECT_EQ(test::content_of(folder.path("r.csv")),
            "id,arrival_s,class,input_tokens,output_tokens,instance,decode_instance,ttft_s,tbt_s,e2e_s,energy_j,"
            "outcome\n"
            "0,1.5,high,100,11,3,5,0.5,0.2,2.5,0,completed\n"
            "1,1.5,high,100,11,4,,0.5,0.2,2.5,0,completed\n"
            "0,1.5,high,100,11,3,,,,,,lost\n"
            "2,1.5,high,100,7,3,,,,,,in_flight\n"
            "3,1.5,high,100,7,,,,,,,rejected\n");
}

TEST(RequestCsv, SaysThatItCannotWrite) {
  EXPECT_THROW(RequestCsv(
                   "/nonexistent/r.csv", [](ClassId) { return std::string(); }, false),
               std::runtime_error);
}

}  // namespace
}  // namespace headroom

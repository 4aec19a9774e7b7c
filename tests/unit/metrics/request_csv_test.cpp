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
  RequestCsv csv(folder.path("r.csv"), [](ClassId) { return std::string("high"); });
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

TEST(RequestCsv, SaysThatItCannotWrite) {
  EXPECT_THROW(RequestCsv("/nonexistent/r.csv", [](ClassId) { return std::string(); }), std::runtime_error);
}

}  // namespace
}  // namespace headroom

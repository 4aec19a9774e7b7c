#include "control/oracle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "base/problem.hpp"
#include "support/instance_bench.hpp"
#include "support/small_scenario.hpp"

namespace headroom {
namespace {

/// Types a, b, c at low priority (classes 0 to 2), and c at high priority (class 3).
struct Foreseeing : testing::Test {
  Foreseeing() {
    for (const char* type : {"a", "b", "c"}) classes.add(type, Priority::low);
    classes.add("c", Priority::high);
  }
  Oracle oracle(std::vector<Request> requests = {}) {
    return {config, classes, std::make_unique<test::ListSource>(std::move(requests)), queue, "/foresight/alike"};
  }
  /// A request of a class every ten seconds, of 100 prompt tokens, in the second minute 300.
  static std::vector<Request> steady(std::size_t count) {
    std::vector<Request> requests;
    for (std::size_t i = 0; i < count; ++i)
      requests.push_back(test::request(i, 10.0 * static_cast<double>(i) + 1, i / 6 == 1 ? 300 : 100, 5));
    return requests;
  }
  static Request of_class(std::uint64_t id, std::size_t request_class) {
    Request request;
    request.id = id;
    request.request_class = ClassId(request_class);
    return request;
  }

  ForesightConfig config;
  ClassTable classes;
  EventQueue queue;
};

TEST_F(Foreseeing, IsExactByDefault) {
  Oracle exact = oracle(steady(60));
  for (std::uint64_t id = 0; id < 100; ++id) EXPECT_EQ(exact.class_of(of_class(id, 1)), ClassId(1));
  const auto load = exact.load(ClassId(0), Seconds(0), Seconds(300));
  ASSERT_TRUE(load);
  EXPECT_DOUBLE_EQ(load->requests_per_s, 0.1);
  EXPECT_DOUBLE_EQ(load->tokens_per_s, 14);
  EXPECT_DOUBLE_EQ(load->peak_tokens_per_s, 30);
  EXPECT_DOUBLE_EQ(exact.load(ClassId(0), Seconds(120), Seconds(30))->peak_tokens_per_s, 10);
  EXPECT_EQ(exact.load(ClassId(1), Seconds(0), Seconds(300))->tokens_per_s, 0);
  EXPECT_EQ(exact.load(ClassId(0), Seconds(3000), Seconds(600))->tokens_per_s, 0);  // none comes any more
}

TEST_F(Foreseeing, EndsAtItsLead) {
  config.lead = Seconds(100);
  Oracle near = oracle(steady(60));
  EXPECT_TRUE(near.load(ClassId(0), Seconds(50), Seconds(50)));
  EXPECT_FALSE(near.load(ClassId(0), Seconds(50), Seconds(60)));
}

TEST_F(Foreseeing, TakesRequestsForWhatTheyAreAsOftenAsStated) {
  config.class_accuracy = 0.81;
  config.alike = {{"a", "b", "c"}};
  const Oracle wrong = oracle();
  std::vector<int> taken_for(4);
  constexpr int kRequests = 100000;
  for (std::uint64_t id = 0; id < kRequests; ++id) ++taken_for[wrong.class_of(of_class(id, 0)).index()];
  const double spread = 4 * std::sqrt(0.81 * 0.19 * kRequests);  // four standard deviations
  EXPECT_NEAR(taken_for[0], 0.81 * kRequests, spread);
  EXPECT_NEAR(taken_for[1], 0.095 * kRequests, spread);
  EXPECT_NEAR(taken_for[2], 0.095 * kRequests, spread);
  EXPECT_EQ(taken_for[3], 0);  // of another priority
  for (std::uint64_t id = 0; id < 100; ++id) {
    EXPECT_EQ(wrong.class_of(of_class(id, 3)), ClassId(3));  // nothing else is of high priority
    EXPECT_EQ(wrong.class_of(of_class(id, 0)), oracle().class_of(of_class(id, 0)));
  }
}

TEST_F(Foreseeing, ErrsInLoadsAsMuchAsStated) {
  config.load_error = 0.1;
  config.lead = Seconds(1e6);
  Oracle wrong = oracle(steady(50000));
  double sum = 0, squares = 0;
  constexpr int kLoads = 5000;
  for (int i = 0; i < kLoads; ++i) {
    const auto load = wrong.load(ClassId(0), Seconds(120.0 + 60 * i), Seconds(60));
    const double error = load->tokens_per_s / 10 - 1;
    EXPECT_DOUBLE_EQ(load->peak_tokens_per_s, load->tokens_per_s);
    sum += error;
    squares += error * error;
  }
  EXPECT_NEAR(sum / kLoads, 0, 4 * 0.1 / std::sqrt(kLoads));
  EXPECT_NEAR(std::sqrt(squares / kLoads), 0.1, 4 * 0.1 / std::sqrt(2.0 * kLoads));
  const auto again = wrong.load(ClassId(0), Seconds(120), Seconds(60));
  EXPECT_EQ(again->tokens_per_s, oracle(steady(50000)).load(ClassId(0), Seconds(120), Seconds(60))->tokens_per_s);
  config.seed = 2;
  EXPECT_NE(again->tokens_per_s, oracle(steady(50000)).load(ClassId(0), Seconds(120), Seconds(60))->tokens_per_s);
}

TEST_F(Foreseeing, RefusesTypesThatNoRequestHas) {
  config.alike = {{"a", "d"}};
  EXPECT_THAT([&] { oracle(); }, testing::ThrowsMessage<InputError>(testing::AllOf(
                                     testing::HasSubstr("/foresight/alike/0/1"), testing::HasSubstr("type \"d\""))));
}

}  // namespace
}  // namespace headroom

// Laws of whole runs in which instances hand over at random, over a network that is shared or not, while servers lose
// their power. Every run has a process of its own.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "base/own_process.hpp"
#include "support/handing_over.hpp"

namespace headroom {
namespace {

/// Books of its own on what travelled.
struct Journeys : RunListener {
  void travelled(const KvTransfer& transfer) override {
    ++(transfer.arrived ? arrived : cut);
    (transfer.arrived ? arrived_bytes : cut_bytes) += transfer.bytes;
    if (transfer.end < transfer.start || transfer.from == transfer.to) ++absurd;
  }
  std::uint64_t arrived = 0, cut = 0, absurd = 0;
  double arrived_bytes = 0, cut_bytes = 0;
};

/// Servers go one after the other while requests come, some of them so many at once that caches wait for NICs, and for
/// room.
std::string stormy_run(std::uint64_t seed) {
  RandomStream random(seed, "test/storm");
  const auto kind = seed % 3 == 0 ? NetworkKind::fixed_rate : NetworkKind::flows;
  Scenario s = test::handing_over_scenario(kind, static_cast<std::uint32_t>(random.integer(3, 6)), seed);
  s.duration = Seconds(150);
  s.hardware.nic_bytes_per_s = 8e3;
  s.network->bytes_per_s = 8e3;
  s.network->overlap = seed % 2 == 0;
  s.network->flows_per_nic = static_cast<std::uint32_t>(random.integer(1, 8));
  if (kind == NetworkKind::flows && seed % 4 == 1) s.network->rack_uplink_bytes_per_s = 6e3;
  if (seed % 5 == 0) s.network->latency = Seconds(0.01);
  s.serving->memory.capacity_tokens = 4000 + random.integer(0, 20000);
  s.serving->max_waiting_requests = 1000;
  for (std::uint32_t i = 1; i < s.site.servers; ++i)
    s.incidents.evictions.push_back({{"row0/rack" + std::to_string(i / 2) + "/server" + std::to_string(i % 2)},
                                     Seconds(random.uniform() * 140),
                                     Seconds(random.integer(0, 1) == 0 ? 0.0 : 5.0)});
  std::vector<Request> requests;
  for (double at = 0; at < 140; at += random.exponential(0.25))
    requests.push_back(test::request(requests.size(), at, static_cast<std::uint32_t>(random.integer(1, 2000)),
                                     static_cast<std::uint32_t>(random.integer(1, 20))));
  Journeys journeys;
  const Report report = test::run(s, requests, {&journeys});
  const NetworkResult& network = *report.network;
  std::ostringstream out;
  out << journeys.arrived << ' ' << journeys.cut << ' ' << network.retries << ' ';
  if (!report.balances()) out << "the books do not balance, ";
  if (network.transfers != journeys.arrived || network.cut != journeys.cut || journeys.absurd > 0)
    out << "transfers are not counted, ";
  const double sum = journeys.arrived_bytes + journeys.cut_bytes + network.under_way_bytes;
  if (std::abs(network.sent_bytes - sum) > 1e-9 * sum) out << "bytes are lost, ";
  for (const LinkResult& link : network.links)
    if (link.utilization_fraction > 1 + 1e-9) out << link.name << " takes more than it can, ";
  return out.str();
}

TEST(HandOvers, ConserveBytesOverTenThousandWithOutages) {
  std::uint64_t arrived = 0, cut = 0, retries = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::istringstream said(in_own_process([&] { return stormy_run(seed); }));
    std::uint64_t its_arrived = 0, its_cut = 0, its_retries = 0;
    said >> its_arrived >> its_cut >> its_retries >> std::ws;
    arrived += its_arrived;
    cut += its_cut;
    retries += its_retries;
    std::string wrong;
    std::getline(said, wrong);
    EXPECT_EQ(wrong, "") << "seed " << seed;
  }
  EXPECT_GT(arrived, 10'000U);
  EXPECT_GT(cut, 80U);
  EXPECT_GT(retries, 100U);
}

}  // namespace
}  // namespace headroom

#include "jobs/artefacts.hpp"

#include <gtest/gtest.h>

#include <array>

namespace headroom {
namespace {

Artefacts::Key key(std::uint64_t context) {
  return {context, "writer"};
}
Artefacts::Place on(std::size_t server, std::uint32_t tokens = 100) {
  return {InstanceId(server), ServerId(server), tokens};
}

TEST(Artefacts, DropsWhatWasUsedLeastRecently) {
  Artefacts artefacts(25);
  artefacts.make(key(1), on(0), 10);
  artefacts.make(key(2), on(0), 10);
  artefacts.hold(key(1));
  artefacts.release(key(1));
  artefacts.make(key(3), on(0), 10);
  EXPECT_EQ(artefacts.find(key(2)), nullptr);
  EXPECT_NE(artefacts.find(key(1)), nullptr);
  EXPECT_NE(artefacts.find(key(3)), nullptr);
  artefacts.make(key(4), on(1), 25);
  EXPECT_EQ(artefacts.count(), 3U) << "another server has its own room";
  EXPECT_EQ(artefacts.made(), 4U);
  EXPECT_EQ(artefacts.made_bytes(), 55);
  EXPECT_EQ(artefacts.dropped_bytes(), 10);
  EXPECT_EQ(artefacts.live_bytes(), 45);
}

TEST(Artefacts, KeepsWhatSomebodyFetches) {
  Artefacts artefacts(25);
  artefacts.make(key(1), on(0), 20);
  artefacts.hold(key(1));
  artefacts.make(key(2), on(0), 10);
  EXPECT_NE(artefacts.find(key(1)), nullptr);
  EXPECT_EQ(artefacts.find(key(2)), nullptr) << "there was no room";
  artefacts.make(key(1), on(1, 200), 20);
  EXPECT_EQ(artefacts.find(key(1))->server, ServerId(0)) << "it is not replaced meanwhile";
  artefacts.release(key(1));
  artefacts.make(key(2), on(0), 10);
  EXPECT_EQ(artefacts.find(key(1)), nullptr);
  EXPECT_EQ(artefacts.made_bytes(), artefacts.dropped_bytes() + artefacts.live_bytes());
}

TEST(Artefacts, ReplacesAShorterOneOfTheSameContext) {
  Artefacts artefacts(100);
  artefacts.make(key(1), on(0, 100), 10);
  artefacts.make(key(1), on(1, 50), 5);
  EXPECT_EQ(artefacts.find(key(1))->tokens, 100U);
  artefacts.make(key(1), on(1, 200), 20);
  EXPECT_EQ(artefacts.find(key(1))->server, ServerId(1));
  EXPECT_EQ(artefacts.dropped_bytes(), 10);
}

TEST(Artefacts, GoWithThePowerOfTheirServer) {
  Artefacts artefacts(100);
  artefacts.make(key(1), on(0), 10);
  artefacts.make(key(2), on(1), 10);
  artefacts.hold(key(1));
  const std::array<ServerId, 1> down{ServerId(0)};
  artefacts.lose(down);
  artefacts.release(key(1));
  EXPECT_EQ(artefacts.find(key(1)), nullptr);
  EXPECT_EQ(artefacts.count(), 1U);
  EXPECT_EQ(artefacts.made_bytes(), artefacts.dropped_bytes() + artefacts.live_bytes());
}

}  // namespace
}  // namespace headroom

#include "fit/size_search.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace headroom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

struct Searched {
  TriedSizes tried;
  SizeFinding finding;
};

Searched search(const SizeRange& range, const std::function<bool(std::uint64_t)>& fits) {
  Searched searched;
  for (auto next = next_sizes({}, range); !next.empty(); next = next_sizes(searched.tried, range))
    for (const std::uint64_t size : next) {
      EXPECT_TRUE(size >= range.from && size <= range.to);
      EXPECT_TRUE(searched.tried.emplace(size, fits(size)).second) << size << " tried twice";
    }
  searched.finding = finding_of(searched.tried);
  return searched;
}

TEST(SizeSearch, BeginsWithFiveSizesAcrossTheRange) {
  EXPECT_THAT(next_sizes({}, {40, 80, 1}), ElementsAre(40, 50, 60, 70, 80));
  EXPECT_THAT(next_sizes({}, {40, 42, 1}), ElementsAre(40, 41, 42));
  EXPECT_THAT(next_sizes({}, {40, 40, 1}), ElementsAre(40));
}

TEST(SizeSearch, FindsEveryBound) {
  for (const SizeRange range : {SizeRange{40, 80, 1}, {1, 2, 1}, {1, 7, 1}, {10, 1000, 1}})
    for (std::uint64_t most = range.from; most < range.to; ++most) {
      const auto searched = search(range, [&](std::uint64_t size) { return size <= most; });
      EXPECT_THAT(searched.finding.fits, Optional(most));
      EXPECT_THAT(searched.finding.breaks, Optional(most + 1));
      EXPECT_THAT(searched.finding.fit_above, IsEmpty());
      EXPECT_LE(searched.tried.size(), 22U);
    }
}

TEST(SizeSearch, TriesTheNeighbours) {
  const auto searched = search({40, 80, 1}, [](std::uint64_t size) { return size <= 57; });
  for (const std::uint64_t size : {56U, 57U, 58U, 59U}) EXPECT_TRUE(searched.tried.contains(size)) << size;
}

TEST(SizeSearch, StepsEndAtTheLastSize) {
  const auto searched = search({40, 80, 4}, [](std::uint64_t) { return true; });
  EXPECT_THAT(searched.finding.fits, Optional(80U));
  EXPECT_EQ(searched.finding.breaks, std::nullopt);
  const auto bound = search({40, 80, 4}, [](std::uint64_t size) { return size <= 57; });
  EXPECT_THAT(bound.finding.fits, Optional(56U));
  EXPECT_THAT(bound.finding.breaks, Optional(60U));
}

TEST(SizeSearch, EndsAtOnceWhereNothingFits) {
  const auto searched = search({40, 80, 1}, [](std::uint64_t) { return false; });
  EXPECT_EQ(searched.finding.fits, std::nullopt);
  EXPECT_THAT(searched.finding.breaks, Optional(40U));
  EXPECT_EQ(searched.tried.size(), 5U);
}

TEST(SizeSearch, ANeighbourThatBreaksMovesTheAnswerBelowIt) {
  const auto searched = search({40, 80, 1}, [](std::uint64_t size) { return size <= 57 && size != 56; });
  EXPECT_THAT(searched.finding.fits, Optional(55U));
  EXPECT_THAT(searched.finding.breaks, Optional(56U));
  EXPECT_THAT(searched.finding.fit_above, ElementsAre(57));
}

TEST(SizeSearch, SaysWhatFitsAboveTheFirstThatBreaks) {
  const auto searched = search({40, 80, 1}, [](std::uint64_t size) { return size <= 57 || size == 70; });
  EXPECT_THAT(searched.finding.fits, Optional(57U));
  EXPECT_THAT(searched.finding.fit_above, ElementsAre(70));
}

}  // namespace
}  // namespace headroom

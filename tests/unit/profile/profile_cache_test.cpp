#include "profile/profile_cache.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "profile/profile_json.hpp"
#include "unit/profile/profile_fixtures.hpp"

namespace headroom::test {
namespace {

/// Profiles of scenarios, kept in a folder; counts how many were made.
struct KeptProfiles {
  TemporaryFolder folder;
  Warnings warnings;
  int made = 0;

  std::string of(const std::vector<std::string>& sets = {}) { return in(folder.path("cache"), sets); }
  std::string in(const std::string& where, const std::vector<std::string>& sets = {}) {
    bool runs = false;
    const ProfileWork work{1, [&](std::size_t, std::size_t) { runs = true; }};
    const std::string text = profile_json(kept_profile(profiled_scenario(sets), where, work, warnings)).dump();
    made += runs ? 1 : 0;
    return text;
  }
  [[nodiscard]] std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> list;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path("cache")))
      if (entry.path().extension() == ".json") list.push_back(entry.path());
    return list;
  }
};

TEST(ProfileCache, MakesAProfileOnceAndReadsItToTheLastBit) {
  KeptProfiles kept;
  const std::string first = kept.of();
  EXPECT_EQ(kept.of(), first);
  EXPECT_EQ(kept.made, 1);
  EXPECT_EQ(kept.files().size(), 1);
}

TEST(ProfileCache, TellsWhatAProfileDependsOnFromTheRest) {
  KeptProfiles kept;
  const std::string first = kept.of();
  EXPECT_EQ(kept.of({"/policy/router/kind=join_shortest_queue", "/serving/start/boot_s=9"}), first);
  EXPECT_EQ(kept.made, 1);
  int made = 1;
  for (const char* set : {"/slo/short/ttft_s=0.3", "/policy/batching/step_budget_tokens=512", "/profile/loads=3",
                          "/seed=2", "/serving/max_waiting_requests=8", "/hardware/gpu/tdp_w=650"}) {
    (void)kept.of({set});
    EXPECT_EQ(kept.made, ++made) << set;
  }
}

TEST(ProfileCache, MakesAnewWhatIsDamaged) {
  KeptProfiles kept;
  const std::string first = kept.of();
  const auto file = kept.files().front();
  for (const char* content : {"", "{", "{\"variants\": []}", "[1, 2]"}) {
    std::ofstream(file) << content;
    EXPECT_EQ(kept.of(), first) << content;
  }
  EXPECT_EQ(kept.made, 5);
  EXPECT_TRUE(kept.warnings.empty());
}

TEST(ProfileCache, WarnsWhereNothingCanBeKept) {
  KeptProfiles kept;
  const std::string file = kept.folder.write("file", "");
  const std::string first = kept.in(file + "/below");
  ASSERT_EQ(kept.warnings.size(), 1);
  EXPECT_NE(kept.warnings[0].what.find("could not be kept"), std::string::npos);
  EXPECT_EQ(kept.in(""), first);
  EXPECT_EQ(kept.warnings.size(), 1);
}

/// Puts an environment variable back in the end.
class KeptVariable {
 public:
  explicit KeptVariable(const char* name) : name_(name) {
    if (const char* value = std::getenv(name)) value_ = value;
  }
  ~KeptVariable() {
    if (value_) ::setenv(name_, value_->c_str(), 1);
    else ::unsetenv(name_);
  }
  KeptVariable(const KeptVariable&) = delete;
  KeptVariable& operator=(const KeptVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> value_;
};

TEST(ProfileCache, LiesWhereTheEnvironmentSays) {
  const KeptVariable own("HEADROOM_CACHE"), caches("XDG_CACHE_HOME"), home("HOME");
  ::setenv("HEADROOM_CACHE", "/own", 1);
  ::setenv("XDG_CACHE_HOME", "/caches", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(cache_folder(), "/own");
  ::unsetenv("HEADROOM_CACHE");
  EXPECT_EQ(cache_folder(), "/caches/headroom");
  ::unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(cache_folder(), "/home/me/.cache/headroom");
  ::unsetenv("HOME");
  EXPECT_EQ(cache_folder(), "");
}

}  // namespace
}  // namespace headroom::test

#include "profile/profile_cache.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <thread>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "base/text.hpp"
#include "plugin/plugins.hpp"
#include "profile/profile_json.hpp"
#include "scenario/inputs.hpp"

namespace headroom {
namespace {

/// What of a service a profile does not depend on.
constexpr std::array<const char*, 5> beside_profile{"pools", "nodes", "servers", "start", "drain"};

Json without_places(Json service) {
  for (const char* name : beside_profile) service.erase(name);
  return service;
}

/// The parts of a resolved scenario that a profile depends on.
Json parts_of(const Json& resolved) {
  Json parts{{"hardware", resolved.at("hardware")},
             {"batching", resolved.at("policy").at("batching")},
             {"profile", resolved.value("profile", Json::object())}};
  if (const auto types = resolved.find("server_types"); types != resolved.end())
    for (const auto& [name, type] : types->items()) parts["server_types"][name] = type.at("hardware");
  if (const auto serving = resolved.find("serving"); serving != resolved.end() && !serving->is_null())
    parts["serving"] = without_places(*serving);
  if (const auto services = resolved.find("services"); services != resolved.end())
    for (const auto& [name, service] : services->items()) parts["services"][name] = without_places(service);
  return parts;
}

std::uint64_t hash_of(std::uint64_t h, const ProfiledRequests& requests) {
  const auto take = [&h](double value) { h = hash(h, std::bit_cast<std::uint64_t>(value)); };
  for (const SloTargets& targets : requests.targets)
    for (const auto& target : {targets.ttft, targets.tbt, targets.e2e}) take(target ? target->value() : -1);
  for (const PoolSample& pool : requests.pools) {
    h = hash(hash(h, pool.name), pool.requests.size());
    h = hash(h, pool.service.index());
    for (const RequestShape& shape : pool.requests) {
      h = hash(h, std::uint64_t{shape.input_tokens} << 32 | shape.output_tokens);
      h = hash(h, shape.request_class.index());
    }
  }
  return h;
}

/// Whether there was one that could be read.
bool read_kept(const std::filesystem::path& file, ProfileTable& profile) {
  const auto text = read_file(file);
  if (!text) return false;
  try {
    read_profile(Json::parse(*text), profile);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

/// An open file, or none; closed at its end.
class Descriptor {
 public:
  Descriptor() = default;
  ~Descriptor() { reset(-1); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset(int number) {
    if (number_ >= 0) ::close(number_);
    number_ = number;
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_ = -1;
};

/// Held by who makes a profile, so that the points of a sweep do not all make the same. Where no such file can be made,
/// nobody waits.
class MakersLock {
 public:
  explicit MakersLock(const std::filesystem::path& file) {
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    descriptor_.reset(::open((file.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    while (descriptor_.get() >= 0 && ::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0 &&
           (errno == EWOULDBLOCK || errno == EINTR)) {
      stop_if_interrupted();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

 private:
  Descriptor descriptor_;
};

void keep(const ProfileTable& profile, const std::filesystem::path& file, Warnings& warnings) {
  try {
    std::filesystem::create_directories(file.parent_path());
    write_whole(file, profile_json(profile).dump() + "\n");
  } catch (const std::exception& error) {
    warnings.push_back({"profile", std::string("it could not be kept for the next run: ") + error.what()});
  }
}

}  // namespace

std::filesystem::path cache_folder() {
  const auto given = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value ? value : "");
  };
  if (const auto own = given("HEADROOM_CACHE"); !own.empty()) return own;
  if (const auto caches = given("XDG_CACHE_HOME"); !caches.empty()) return caches / "headroom";
  if (const auto home = given("HOME"); !home.empty()) return home / ".cache" / "headroom";
  return {};
}

std::string profile_key(const LoadedScenario& loaded, const ProfiledRequests& requests) {
  FileHashes hashes;
  std::uint64_t h = hash(0, HEADROOM_VERSION);
  if (const auto* program = hashes.of("/proc/self/exe")) h = hash(h, program->hash);  // one of a version under way
  h = hash(h, parts_of(Json::parse(loaded.resolved)).dump());
  for (const NamedFile& file : loaded.files)
    if (file.pointer == kPluginOption || file.pointer.find("/steps/") != std::string::npos)
      if (const auto* content = hashes.of(file.path)) h = hash(h, content->hash);
  return hex(hash_of(h, requests));
}

ProfileTable kept_profile(const LoadedScenario& loaded, const std::filesystem::path& folder, const ProfileWork& work,
                          Warnings& warnings) {
  const ProfiledRequests requests = sample_pools(loaded.scenario);
  if (folder.empty()) return make_profile(loaded.scenario, requests, work);
  const auto file = folder / ("profile-" + profile_key(loaded, requests) + ".json");
  ProfileTable kept(loaded.scenario, requests);
  if (read_kept(file, kept)) return kept;
  const MakersLock lock(file);  // others that want the same meanwhile
  if (read_kept(file, kept)) return kept;
  ProfileTable made = make_profile(loaded.scenario, requests, work);
  keep(made, file, warnings);
  return made;
}

}  // namespace headroom

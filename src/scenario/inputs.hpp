#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <vector>

#include "config/reader.hpp"
#include "metrics/input_record.hpp"

namespace headroom {

struct Scenario;

/// Hashes of files, each read once and again only after it has changed.
class FileHashes {
 public:
  struct Content {
    std::uint64_t bytes = 0;
    std::uint64_t hash = 0;
  };
  /// Nothing where the file cannot be read.
  [[nodiscard]] const Content* of(const std::filesystem::path& file);

 private:
  struct Seen {
    struct stat status {};
    Content content;
  };
  std::map<std::filesystem::path, Seen> seen_;
};

/// What is in the files that a scenario names, in order of their pointers. Those that cannot be read are left out: who
/// reads them says why.
[[nodiscard]] std::vector<InputRecord> records_of(std::span<const NamedFile> files, FileHashes& hashes);

/// An InputError where a file is no longer as it was recorded: the run may have read some of both.
void check_unchanged(const Scenario& scenario, std::span<const InputRecord> before, std::span<const InputRecord> now);

}  // namespace headroom

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/json.hpp"

namespace headroom {

/// Servers under a node of the power tree, which the run's site describes.
struct SiteServers {
  std::string node;
  std::vector<std::string> servers;
};

/// What a run wrote; a file that is not there is null.
struct RunOutput {
  std::string name;    ///< of its directory
  std::string folder;  ///< as it was given
  Json summary, power, latency, events, resolved, series, heat;

  /// Where a value stands, for a message.
  [[nodiscard]] std::string where(const std::string& file, const std::string& pointer) const {
    return folder + "/" + file + ": " + pointer;
  }
  /// All nodes above the servers with what stands under them; none where the output does not say its site.
  [[nodiscard]] std::vector<SiteServers> site() const;
};

/// The last part of a path that names a directory, also where it ends in `/`.
[[nodiscard]] std::string name_of(const std::filesystem::path& path);

/// Reads an output directory; an InputError where it is none, or a file in it is damaged.
[[nodiscard]] RunOutput read_run_output(const std::filesystem::path& folder);

}  // namespace headroom

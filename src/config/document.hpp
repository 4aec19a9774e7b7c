#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.hpp"
#include "config/folders.hpp"
#include "config/json.hpp"

namespace headroom {

/// Whether text under this key names a file of the folder that is called like the key.
bool is_reference(std::string_view key);

/// A value that replaces the one at `pointer` of a document.
struct Override {
  std::string pointer;
  Json value;
  std::string said;  ///< what a message about the pointer begins with
  std::string file;  ///< messages about the value name `file: at`
  std::string at;
  std::filesystem::path folder;  ///< of relative paths
};

/// Reads `--set /json/pointer=value`: the value is JSON if it parses, else text.
Override parse_override(const std::string& assignment);
std::vector<Override> parse_overrides(const std::vector<std::string>& assignments);

/// Turns the content of a file in another program's layout, put at `pointer`, into ours; leaves what it does not know.
using Translate =
    std::function<void(Json& content, const std::string& file, const std::string& pointer, Warnings& warnings)>;

/// A configuration after its includes, references and overrides, which remembers the file every value came from.
///
/// - `"include": "file"` (or a list) in an object merges the file's object below the object's own keys: a path relative
/// to the file it stands in, or to a configuration folder (`scenario/polca_row.json`). A key that is null there takes
/// away what the file has under it.
/// - `"description"` of a file that a value refers to is what `headroom list` says of it, and no value, also where the
/// file's content stands in its place.
/// - Text under a key `hardware`, `model`, `stack`, `site`, `policy`, `waveform`, `spec`, `template` or `registry` is a
/// reference: the name of a file in the
///   configuration folder of that kind (under `rows` it is the name of a column, under `reference` that of a value), or
///   (with a `/` or `.json` in it) a path relative to the file it stands in.
class Document {
 public:
  Document(const std::filesystem::path& file, const ConfigFolders& folders, Translate translate = {});
  /// A value that was read from `file`, and is an object.
  Document(Json value, const std::filesystem::path& file, const ConfigFolders& folders);

  /// What stands at a pointer of another, which must be there, with the files that its values came from.
  Document(const Document& whole, const std::string& pointer);

  /// Puts a value in place of what is there.
  void put(const Override& override);

  /// Puts what follows from others where nothing is: keys that are there stay.
  void fill(const std::string& pointer, Json value);

  /// Leaves out what the file says of itself: what `loaded` drops from files that are part of another.
  void drop_description() { json_.erase("description"); }

  [[nodiscard]] const Json& json() const { return json_; }
  /// Of the translations of its files.
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

  /// `file: /pointer` of the value at `pointer` of the merged document, in the file that it came from.
  [[nodiscard]] std::string where(const std::string& pointer) const;
  /// The folder that a relative path at `pointer` is relative to.
  [[nodiscard]] std::filesystem::path folder(const std::string& pointer) const;

 private:
  struct Origin {
    std::string file;     ///< or `--set`
    std::string pointer;  ///< in that file
    std::filesystem::path folder;
  };

  Json expanded(Json value, const std::string& pointer, const Origin& origin, int depth);
  Json expanded_object(const Json& value, const std::string& pointer, const Origin& origin, int depth);
  Json loaded(const std::filesystem::path& file, const std::string& pointer, int depth);
  [[nodiscard]] std::filesystem::path reference(const std::string& key, const std::string& name,
                                                const Origin& origin) const;
  [[nodiscard]] const Origin& origin_of(const std::string& pointer) const;

  const ConfigFolders& folders_;
  Translate translate_;
  Warnings warnings_;
  std::map<std::string, Origin> origins_;
  std::size_t loads_ = 0;
  Json json_;
};

}  // namespace headroom

#include "config/document.hpp"

#include <algorithm>
#include <array>

#include "base/interrupt.hpp"
#include "base/problem.hpp"
#include "base/text.hpp"

namespace headroom {
namespace {

constexpr std::array<std::string_view, 9> kReferences = {"hardware", "model", "stack",    "site",    "policy",
                                                         "waveform", "spec",  "template", "registry"};
constexpr int kDeepestInclude = 16;
constexpr std::size_t kMostFiles = 1'000;  ///< the same one counts as often as it is included
constexpr const char* kNowhere =
    "this pointer leads nowhere: an index is beyond its list, or a value on the way is neither object nor list";

/// Whether a value can be put at `at`: every list on the way has the element (or ends just before it), every object any
/// key.
bool leads_somewhere(const Json& json, const Json::json_pointer& at) {
  if (at.empty()) return true;
  if (!leads_somewhere(json, at.parent_pointer())) return false;
  if (!json.contains(at.parent_pointer())) return true;
  const Json& parent = json[at.parent_pointer()];
  const std::string& step = at.back();
  if (parent.is_object()) return true;
  const bool digits = !step.empty() && step.size() < 10 && step.find_first_not_of("0123456789") == std::string::npos;
  return parent.is_array() && digits && std::stoul(step) <= parent.size();
}

/// `over` wins; objects merge key by key, anything else is replaced whole.
void merge_into(Json& base, const Json& over) {
  if (!base.is_object() || !over.is_object()) {
    base = over;
    return;
  }
  for (const auto& [key, value] : over.items()) {
    if (base.contains(key)) merge_into(base[key], value);
    else base[key] = value;
  }
}

/// Takes from `base` what `over` says is null, and that from `over`.
void take_away(Json& base, Json& over) {
  if (!base.is_object() || !over.is_object()) return;
  for (auto entry = over.begin(); entry != over.end();) {
    const auto there = base.find(entry.key());
    if (there == base.end() || !entry->is_null()) {
      if (there != base.end()) take_away(*there, *entry);
      ++entry;
      continue;
    }
    base.erase(there);
    entry = over.erase(entry);
  }
}

}  // namespace

Override parse_override(const std::string& assignment) {
  const auto equals = assignment.find('=');
  const std::string pointer = assignment.substr(0, equals);
  const std::string where = "--set " + printable(assignment, 100);
  if (equals == std::string::npos || pointer.empty() || pointer.front() != '/')
    throw InputError(where, "must read /json/pointer=value");
  if (!is_utf8(assignment)) throw InputError(where, "is not UTF-8 text");
  const std::string text = assignment.substr(equals + 1);
  Json value = Json::accept(text) ? parse_json(text, where) : Json(text);
  return {pointer, std::move(value), where, "--set", pointer, std::filesystem::current_path()};
}

std::vector<Override> parse_overrides(const std::vector<std::string>& assignments) {
  std::vector<Override> overrides;
  for (const auto& assignment : assignments) overrides.push_back(parse_override(assignment));
  return overrides;
}

bool is_reference(std::string_view key) {
  return std::ranges::find(kReferences, key) != kReferences.end();
}

namespace {

/// Whether text at a pointer is a reference. Under `rows` stand columns of a table by their names, under `reference`
/// axes of a study.
bool is_reference_at(const std::string& pointer) {
  const auto key = pointer.rfind('/');
  const std::string_view above = std::string_view(pointer).substr(0, key);
  return is_reference(std::string_view(pointer).substr(key + 1)) && !above.ends_with("/rows") &&
         !above.ends_with("/reference");
}

}  // namespace

Document::Document(const std::filesystem::path& file, const ConfigFolders& folders, Translate translate)
    : folders_(folders), translate_(std::move(translate)) {
  json_ = loaded(file, "", 0);
}

Document::Document(Json value, const std::filesystem::path& file, const ConfigFolders& folders) : folders_(folders) {
  json_ = expanded(std::move(value), "", {file.string(), "", std::filesystem::absolute(file).parent_path()}, 0);
}

Document::Document(const Document& whole, const std::string& pointer)
    : folders_(whole.folders_), json_(whole.json_.at(Json::json_pointer(pointer))) {
  origins_[""] = whole.origin_of(pointer);
  for (const auto& [at, origin] : whole.origins_)
    if (at.starts_with(pointer + "/")) origins_[at.substr(pointer.size())] = origin;
}

void Document::fill(const std::string& pointer, Json value) {
  Json& there = json_[Json::json_pointer(pointer)];
  merge_into(value, there.is_null() ? Json::object() : there);
  there = std::move(value);
}

Json Document::loaded(const std::filesystem::path& file, const std::string& pointer, int depth) {
  stop_if_interrupted();
  if (++loads_ > kMostFiles)
    throw InputError(file.string(), "is one too many: a document may include " + grouped(kMostFiles) + " files");
  Json value = parse_json_file(file);
  const Origin origin{file.string(), "", std::filesystem::absolute(file).parent_path()};
  if (!value.is_object()) throw InputError(file.string(), "must hold a JSON object");
  if (depth > kDeepestInclude) throw InputError(file.string(), "includes itself, directly or through others");
  if (!pointer.empty()) value.erase("description");
  if (translate_) translate_(value, file.string(), pointer, warnings_);
  return expanded(std::move(value), pointer, origin, depth);
}

Json Document::expanded(Json value, const std::string& pointer, const Origin& origin, int depth) {
  origins_[pointer] = origin;
  if (value.is_object()) return expanded_object(value, pointer, origin, depth);
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string step = "/" + std::to_string(i);
      value[i] = expanded(value[i], pointer + step, {origin.file, origin.pointer + step, origin.folder}, depth);
    }
  }
  return value;
}

Json Document::expanded_object(const Json& value, const std::string& pointer, const Origin& origin, int depth) {
  Json result = Json::object();
  if (const auto include = value.find("include"); include != value.end()) {
    for (const auto& name : include->is_array() ? *include : Json::array({*include})) {
      if (!name.is_string())
        throw InputError(origin.file + ": " + origin.pointer + "/include", "must name a file or a list of files");
      merge_into(result, loaded(folders_.included(name.get<std::string>(), origin.folder), pointer, depth + 1));
    }
  }
  origins_[pointer] = origin;
  Json own = Json::object();
  for (const auto& [key, child] : value.items()) {
    if (key == "include" || (key == "description" && is_reference_at(pointer))) continue;
    const std::string step = "/" + pointer_step(key);
    const Origin at{origin.file, origin.pointer + step, origin.folder};
    if (child.is_string() && is_reference_at(pointer + step))
      own[key] = loaded(reference(key, child.get<std::string>(), at), pointer + step, depth + 1);
    else own[key] = expanded(child, pointer + step, at, depth);
  }
  take_away(result, own);
  merge_into(result, own);
  return result;
}

std::filesystem::path Document::reference(const std::string& key, const std::string& name, const Origin& origin) const {
  return folders_.file_of(key, name, origin.folder, origin.file + ": " + origin.pointer);
}

void Document::put(const Override& override) {
  const std::string& pointer = override.pointer;
  const Origin origin{override.file, override.at, override.folder};
  const std::string key = pointer.substr(pointer.rfind('/') + 1);
  try {
    const Json::json_pointer at(pointer);
    if (!leads_somewhere(json_, at)) throw InputError(override.said, kNowhere);
    std::erase_if(origins_, [&](const auto& entry) { return entry.first.starts_with(pointer + "/"); });
    std::erase_if(warnings_, [&](const Warning& old) { return (old.where + "/").starts_with(pointer + "/"); });
    const bool names_file = is_reference_at(pointer) && override.value.is_string();
    json_[at] = names_file ? loaded(reference(key, override.value.get<std::string>(), origin), pointer, 1)
                           : expanded(override.value, pointer, origin, 1);
  } catch (const Json::exception&) {
    throw InputError(override.said, kNowhere);
  }
}

const Document::Origin& Document::origin_of(const std::string& pointer) const {
  for (std::string at = pointer;; at.resize(at.rfind('/'))) {
    if (const auto found = origins_.find(at); found != origins_.end()) return found->second;
    if (at.empty()) break;
  }
  return origins_.begin()->second;
}

std::string Document::where(const std::string& pointer) const {
  std::string at = pointer;
  while (!at.empty() && !origins_.contains(at)) at.resize(at.rfind('/'));
  const Origin& origin = origins_.at(at);
  return origin.file + ": " + short_pointer(origin.pointer + pointer.substr(at.size()));
}

std::filesystem::path Document::folder(const std::string& pointer) const {
  return origin_of(pointer).folder;
}

}  // namespace headroom

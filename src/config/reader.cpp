#include "config/reader.hpp"

#include <algorithm>
#include <cmath>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/rules.hpp"
#include "config/slot_json.hpp"

namespace headroom {
namespace {

constexpr std::size_t kLongestEcho = 40;  ///< letters of a value in a message

struct Context {
  const Document& document;
  std::vector<Problem>& problems;
  std::vector<NamedFile>* files;

  void problem(const std::string& pointer, std::string what) const {
    problems.push_back({document.where(pointer), std::move(what)});
  }
};

Json read_value(const Context& context, const Json& json, const std::string& pointer, const Field& field,
                const Slot& slot);

/// Reads one JSON object: a Fields driver that consumes keys and rebuilds the object resolved.
class ObjectReader : public Fields {
 public:
  ObjectReader(const Context& context, const Json& json, const std::string& pointer)
      : context_(context), json_(json), pointer_(pointer) {}

  Json finish() {
    for (const auto& [key, unused] : json_.items())
      if (!resolved_.contains(key) && !known(key))
        context_.problem(pointer_ + "/" + pointer_step(key), "unknown key" + did_you_mean(key, names_));
    return std::move(resolved_);
  }

  /// A key that the object may hold beside its fields, kept as it is.
  void keep(const std::string& key, Json value) {
    names_.push_back(key);
    resolved_[key] = std::move(value);
  }

 protected:
  void visit(const Field& field, const Slot& slot) override {
    const std::string name(field.name);
    const std::string pointer = pointer_ + "/" + pointer_step(name);
    names_.push_back(name);
    if (const auto given = json_.find(name); given != json_.end()) {
      resolved_[name] = read_value(context_, *given, pointer, field, slot);
    } else if (field.required) {
      context_.problem(pointer, "missing: " + std::string(field.doc));
    } else if (Json value = to_json(field, slot); !value.is_null()) {
      resolved_[name] = read_value(context_, value, pointer, field, slot);
    }
  }

 private:
  [[nodiscard]] bool known(const std::string& key) const { return std::ranges::find(names_, key) != names_.end(); }

  const Context& context_;
  const Json& json_;
  const std::string& pointer_;
  std::vector<std::string> names_;
  Json resolved_ = Json::object();
};

std::string range_text(const Range& range) {
  const bool has_max = std::isfinite(range.max);
  if (!std::isfinite(range.min)) return "at most " + shortest(range.max);
  const std::string low =
      (range.or_zero ? "0 or " : "") + std::string(range.min_open ? "above " : "at least ") + shortest(range.min);
  return has_max ? low + " and at most " + shortest(range.max) : low;
}

bool outside(const Range& range, double value) {
  if (range.or_zero && value == 0.0) return false;
  return value < range.min || value > range.max || (range.min_open && value <= range.min);
}

/// Reads one value of the document into one slot and returns what it resolved to.
struct ValueReader {
  const Context& context;
  const Json& json;
  const std::string& pointer;
  const Field& field;

  void wrong_type(const std::string& wanted) const {
    context.problem(pointer, "must be " + wanted + ", not " + printable(json.dump(), kLongestEcho));
  }

  [[nodiscard]] std::string whole_range() const {
    return std::isfinite(field.range.min) ? range_text(field.range) : "zero or above";
  }

  bool in_range(double value) const {
    if (!outside(field.range, value)) return true;
    context.problem(pointer, "must be " + range_text(field.range) + ", not " + json.dump());
    return false;
  }

  Json operator()(const NumberSlot& slot) const {
    if (!json.is_number()) return wrong_type("a number"), json;
    const double value = json.get<double>();
    if (!std::isfinite(value)) return wrong_type("a finite number"), json;
    if (in_range(value)) slot.assign(value * scale_of(field, slot));
    return json;
  }

  Json operator()(const IntegerSlot& slot) const {
    if (!json.is_number_unsigned()) return wrong_type("a whole number, " + whole_range()), json;
    const auto value = json.get<std::uint64_t>();
    if (value > slot.largest) return wrong_type("at most " + std::to_string(slot.largest)), json;
    if (in_range(static_cast<double>(value))) slot.assign(value);
    return json;
  }

  Json operator()(const BoolSlot& slot) const {
    if (!json.is_boolean()) return wrong_type("true or false"), json;
    slot.value = json.get<bool>();
    return json;
  }

  Json operator()(const TextSlot& slot) const {
    if (!json.is_string()) return wrong_type("text"), json;
    slot.value = json.get<std::string>();
    if (names_files(field) && !slot.value.empty()) read_path(slot.value);
    else if (std::ranges::any_of(slot.value, is_control)) wrong_type("text without control characters");
    return slot.value;
  }

  /// Outputs and the terminal show text as it is; lines may break.
  static bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
  }

  /// Makes a path one from the root; readers would wait for ever for what comes through a pipe.
  void read_path(std::string& path) const {
    path = (context.document.folder(pointer) / path).lexically_normal().string();
    if (!is_utf8(path)) {
      context.problem(pointer,
                      "leads to " + path + ", which is no UTF-8 text, so that resolved.json could not name it");
      path.clear();
      return;
    }
    for (const auto& file : files_at(path))
      if (const std::string reason = why_unreadable(file); reason == kNulInPath || reason == kNoFile)
        context.problem(pointer, "cannot be read: " + reason);
    if (context.files != nullptr) context.files->push_back({pointer, path});
  }

  Json operator()(const JsonSlot& slot) const {
    slot.text = json.dump();
    return json;
  }

  Json operator()(const WordSlot& slot) const {
    const std::vector<std::string> words(slot.words.begin(), slot.words.end());
    if (!json.is_string()) return wrong_type("one of " + join(words, ", ")), json;
    const auto word = json.get<std::string>();
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] == word) return slot.assign(i), json;
    context.problem(pointer, "must be one of " + join(words, ", ") + ", not \"" + printable(word, kLongestEcho) + "\"" +
                                 did_you_mean(word, words));
    return json;
  }

  Json operator()(const ObjectSlot& slot) const {
    if (!json.is_object()) return wrong_type("an object"), json;
    ObjectReader reader(context, json, pointer);
    slot.walk(reader);
    return reader.finish();
  }

  Json operator()(const OptionalSlot& slot) const { return read_value(context, json, pointer, field, slot.emplace()); }

  Json operator()(const ListSlot& slot) const {
    if (!json.is_array()) return wrong_type("a list"), json;
    slot.clear();
    Json resolved = Json::array();
    for (std::size_t i = 0; i < json.size(); ++i)
      resolved.push_back(read_value(context, json[i], pointer + "/" + std::to_string(i), field, slot.append()));
    return resolved;
  }

  Json operator()(const MapSlot& slot) const {
    if (!json.is_object()) return wrong_type("an object"), json;
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) keys.push_back(key);
    if (slot.sorted) std::ranges::sort(keys);
    Json resolved = Json::object();
    for (const auto& key : keys)
      resolved[key] = read_value(context, json[key], pointer + "/" + pointer_step(key), field, slot.at(key));
    return resolved;
  }

  Json operator()(const ChoiceSlot& slot) const {
    if (!json.is_object()) return wrong_type("an object with a \"kind\""), json;
    std::vector<std::string> kinds;
    for (const auto& alternative : slot.alternatives) kinds.emplace_back(alternative.kind);
    const auto given = json.find("kind");
    if (given == json.end() && slot.current.empty())
      return context.problem(pointer + "/kind", "missing: one of " + join(kinds, ", ")), json;
    if (given != json.end() && !given->is_string())
      return context.problem(pointer + "/kind", "must be one of " + join(kinds, ", ")), json;
    const auto kind = given == json.end() ? slot.current : given->get<std::string>();
    if (std::ranges::find(kinds, kind) == kinds.end()) {
      context.problem(pointer + "/kind", "there is no \"" + printable(kind, kLongestEcho) +
                                             "\" (there are: " + join(kinds, ", ") + ")" + did_you_mean(kind, kinds));
      return json;
    }
    ObjectReader reader(context, json, pointer);
    reader.keep("kind", kind);
    slot.choose(kind).walk(reader);
    return reader.finish();
  }
};

Json read_value(const Context& context, const Json& json, const std::string& pointer, const Field& field,
                const Slot& slot) {
  return std::visit(ValueReader{context, json, pointer, field}, slot);
}

}  // namespace

Json read_config(const Document& document, const Slot& root, std::vector<Problem>& problems,
                 std::vector<NamedFile>* files) {
  const std::size_t before = problems.size();
  const Context context{document, problems, files};
  Json resolved = read_value(context, document.json(), "", Field{"", "", {}, true}, root);
  if (problems.size() == before)
    for (auto& [pointer, what] : broken_rules(root)) context.problem(pointer, std::move(what));
  return resolved;
}

}  // namespace headroom

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.hpp"
#include "config/reader.hpp"
#include "headroom/fields.hpp"
#include "support/workload_fixtures.hpp"

namespace headroom::test {

enum class Colour { red, green };
inline std::array<std::string_view, 2> words_of(Colour) {
  return {"red", "green"};
}

/// A polymorphic part of the sample configuration.
class Shape {
 public:
  virtual ~Shape() = default;
  virtual void fields(Fields& f) = 0;
};
class Circle : public Shape {
 public:
  double radius = 1.0;
  void fields(Fields& f) override { f("radius_fraction", radius, "of the unit", Range::positive()); }
};
class Square : public Shape {
 public:
  double side = 0.0;
  void fields(Fields& f) override { f.required("side_fraction", side, "of the unit"); }
};
inline const std::array<Kind<Shape>, 2> kShapes{
    Kind<Shape>{"circle", "round", []() -> std::unique_ptr<Shape> { return std::make_unique<Circle>(); }},
    Kind<Shape>{"square", "not round", []() -> std::unique_ptr<Shape> { return std::make_unique<Square>(); }}};

struct Part {
  std::string name;
  Power power{100.0};
  void fields(Fields& f) {
    f.required("name", name, "what it is called");
    f("power_kw", power, "what it draws", Range::non_negative());
  }
};

/// A configuration with a value of every type.
struct Sample {
  double share = 0.5;
  Seconds delay{2.0};
  Hertz clock{1410e6};
  std::uint32_t count = 3;
  std::uint64_t seed = 1;
  bool on = true;
  std::string text = "hello";
  std::string path;
  Colour colour = Colour::green;
  std::optional<Seconds> limit;
  std::vector<Part> parts;
  std::vector<double> weights;
  std::map<std::string, Part> by_name;
  Part model;
  Choice<Shape> shape{kShapes, "circle", std::make_unique<Circle>()};

  void fields(Fields& f) {
    f("share_fraction", share, "a share", Range::fraction());
    f("delay_ms", delay, "a delay", Range::positive());
    f("clock_mhz", clock, "a clock", Range::non_negative());
    f("count", count, "how many", Range::between(1, 100));
    f("seed", seed, "any number");
    f("on", on, "a switch");
    f("text", text, "any text");
    f("path", path, "a file");
    f("colour", colour, "one of two");
    f("limit_s", limit, "may be absent", Range::positive());
    f("parts", parts, "several");
    f("weights", weights, "numbers", Range::non_negative());
    f("by_name", by_name, "named ones");
    f("model", model, "a reference to a file of its own");
    f("shape", shape, "one of several kinds");
  }
};

/// A folder of files, and what reading one of them says.
class ConfigTest {
 public:
  ConfigTest() : folders({files.path("configs")}) {}

  std::string write(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories(std::filesystem::path(files.path(name)).parent_path());
    return files.write(name, content);
  }

  [[nodiscard]] Document document(const std::string& name, const std::vector<std::string>& sets = {}) const {
    Document loaded(files.path(name), folders);
    for (const auto& assignment : sets) loaded.put(parse_override(assignment));
    return loaded;
  }

  /// All problems of reading `content` as a Sample, one a line; the file's folder is left out.
  [[nodiscard]] std::string problems(std::string_view content, const std::vector<std::string>& sets = {}) const {
    write("main.json", content);
    Sample sample;
    std::string text = problem_of([&] { read_config(document("main.json", sets), sample); });
    const std::string folder = files.path("");
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) text.erase(at, folder.size());
    return text;
  }

  /// The values of `content`; throws where there are problems.
  [[nodiscard]] Sample read(std::string_view content, const std::vector<std::string>& sets = {}) const {
    write("main.json", content);
    Sample sample;
    read_config(document("main.json", sets), sample);
    return sample;
  }

  TemporaryFolder files;
  ConfigFolders folders;
};

}  // namespace headroom::test

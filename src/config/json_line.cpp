#include "config/json_line.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace headroom {
namespace {

/// Receives the events of the parser; stops it at the first thing that is wrong.
class LineHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit LineHandler(std::span<LineNumber> wanted) : wanted_(wanted) {}
  std::string problem;

  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(number_integer_t value) override { return number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t&) override { return number(value); }
  bool string(string_t&) override { return other(); }
  bool binary(binary_t&) override { return other(); }
  bool start_object(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    current_ = nullptr;
    if (depth_ != 1) return true;
    for (auto& entry : wanted_) {
      if (entry.key != name) continue;
      if (entry.found) return fail("the key \"" + name + "\" appears twice");
      current_ = &entry;
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail("the line is not valid JSON (at column " + std::to_string(position) + ")");
  }

 private:
  bool fail(std::string what) {
    problem = std::move(what);
    return false;
  }
  bool number(double value) {
    if (depth_ == 0) return other();
    if (current_ == nullptr) return true;
    current_->value = value;
    current_->found = true;
    current_ = nullptr;
    return true;
  }
  bool other() {
    if (depth_ == 0) return fail("the line is not a JSON object");
    if (current_ != nullptr) return fail("the value of \"" + std::string(current_->key) + "\" is not a number");
    return true;
  }
  bool open(bool object) {
    if (depth_ == 0 && !object) return fail("the line is not a JSON object");
    if (current_ != nullptr) return other();
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  std::span<LineNumber> wanted_;
  LineNumber* current_ = nullptr;
  int depth_ = 0;
};

}  // namespace

std::string parse_json_line(std::string_view line, std::span<LineNumber> wanted) {
  LineHandler handler(wanted);
  nlohmann::json::sax_parse(line.begin(), line.end(), &handler);
  if (!handler.problem.empty()) return std::move(handler.problem);
  for (const auto& entry : wanted)
    if (!entry.found) return "the key \"" + std::string(entry.key) + "\" is missing";
  return {};
}

}  // namespace headroom

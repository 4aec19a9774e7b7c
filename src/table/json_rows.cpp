#include <algorithm>
#include <utility>

#include "base/problem.hpp"
#include "table/json_text.hpp"
#include "table/rows.hpp"

namespace headroom {
namespace {

constexpr std::size_t most_columns = 1000;

/// Rows by key. The file holds an object a line, one list of objects, or one object whose lists are the columns
/// (TableFormat::list_key). Keys of nested objects are joined by dots. The first row's keys are the columns; those that
/// come later are added to them.
class JsonRows : public Rows {
 public:
  JsonRows(std::unique_ptr<InputFile> file, TableFormat format) : Rows(std::move(file), std::move(format)) {
    cells_ = &row_;
    pending_ = open();
  }

  bool next() override {
    if (std::exchange(pending_, false)) return true;
    if (!lists_.empty()) return next_of_lists();
    return is_document_ ? next_element() : next_line();
  }
  [[nodiscard]] std::uint64_t line() const override { return line_; }
  [[nodiscard]] std::string where() const override {
    return lists_.empty() ? Rows::where() : file_->path() + ": entry " + std::to_string(element_);
  }

 private:
  /// Reads the first row, and with it how the file writes its rows.
  bool open() {
    std::string_view line;
    while (line.find_first_not_of(" \t") == std::string_view::npos) file_->next(line);
    line_ = file_->line();
    JsonSlice value = whole_value(line);
    if (value.kind == JsonKind::object) {
      json_members(value.text, members_);
      const auto found = std::ranges::find(members_, format_.list_key, &JsonMember::key);
      if (found != members_.end() && found->value.kind == JsonKind::list) return open_lists(line);
      read_object(value.text);
      return true;
    }
    is_document_ = true;
    read_until_ = value.text.data();
    json_elements(value.text, elements_);
    return next_element();
  }

  /// The value of the first line, or, where that is only its beginning, of the whole file.
  JsonSlice whole_value(std::string_view& line) {
    try {
      if (const JsonSlice value = json_value(line); value.kind == JsonKind::object) return value;
    } catch (const JsonFault& fault) {
      if (fault.offset < line.size()) fail_at(fault);
    }
    while (file_->extend(line)) {
    }
    return checked(line);
  }

  bool open_lists(std::string_view line) {
    const std::size_t first_bytes = line.size();
    while (file_->extend(line)) {
    }
    if (line.find_first_not_of(" \t\r\n", first_bytes) != std::string_view::npos)
      throw InputError(file_->path(), "holds several runs, one a line: keep one");
    json_members(json_value(line).text, members_);
    json_elements(std::ranges::find(members_, format_.list_key, &JsonMember::key)->value.text, elements_);
    const std::size_t rows = elements_.size();
    for (const JsonMember& member : members_) {
      if (member.value.kind != JsonKind::list) continue;
      json_elements(member.value.text, elements_);
      if (elements_.size() != rows) continue;
      columns_.push_back(column_of(member.key));
      lists_.push_back(elements_);
    }
    row_.resize(columns_.size());
    return next_of_lists();
  }

  bool next_of_lists() {
    if (element_ == lists_[0].size()) return false;
    for (std::size_t i = 0; i < lists_.size(); ++i) row_[i] = cell_of(lists_[i][element_]);
    ++element_;
    return true;
  }

  bool next_element() {
    if (element_ == elements_.size()) return false;
    const JsonSlice& element = elements_[element_++];
    line_ += static_cast<std::uint64_t>(std::count(read_until_, element.text.data(), '\n'));
    read_until_ = element.text.data();
    if (element.kind != JsonKind::object) fail("an element of the list is not a JSON object");
    read_object(element.text);
    return true;
  }

  bool next_line() {
    std::string_view line;
    do {
      if (!file_->next(line)) return false;
    } while (line.find_first_not_of(" \t") == std::string_view::npos);
    line_ = file_->line();
    const JsonSlice value = checked(line);
    if (value.kind != JsonKind::object) fail("the line is not a JSON object");
    read_object(value.text);
    return true;
  }

  JsonSlice checked(std::string_view text) const {
    try {
      return json_value(text);
    } catch (const JsonFault& fault) {
      fail_at(fault);
    }
  }
  [[noreturn]] void fail_at(const JsonFault& fault) const {
    fail("the line is not valid JSON (at column " + std::to_string(fault.offset + 1) + ")");
  }

  void read_object(std::string_view text) {
    row_.assign(columns_.size(), {});
    expected_ = 0;
    path_.clear();
    read_members(text);
  }

  void read_members(std::string_view object) {
    std::vector<JsonMember> nested;  // allocates for nested objects only
    std::vector<JsonMember>& members = path_.empty() ? members_ : nested;
    json_members(object, members);
    const std::size_t prefix = path_.size();
    for (const JsonMember& member : members) {
      path_ += member.key;
      if (member.value.kind == JsonKind::object) {
        path_ += '.';
        read_members(member.value.text);
      } else {
        put(cell_of(member.value));
      }
      path_.resize(prefix);
    }
  }

  static std::string_view cell_of(const JsonSlice& value) {
    return value.kind == JsonKind::null ? std::string_view("") : value.text;
  }

  /// Puts a value under the key in `path_`, which mostly stands where it stood in the row before.
  void put(std::string_view cell) {
    std::size_t i = expected_;
    if (i >= columns_.size() || columns_[i].name != path_)
      i = static_cast<std::size_t>(std::ranges::find(columns_, path_, &Column::name) - columns_.begin());
    if (i == columns_.size()) {
      if (i == most_columns) fail("there are more than " + std::to_string(most_columns) + " keys");
      columns_.push_back(column_of(path_));
      columns_.back().name = path_;
      row_.emplace_back();
    }
    if (row_[i].data() != nullptr) fail("the key \"" + path_ + "\" appears twice");
    row_[i] = cell;
    expected_ = i + 1;
  }

  std::vector<std::string_view> row_;
  std::vector<JsonMember> members_;
  std::string path_;  ///< of the key that is read, with dots
  std::size_t expected_ = 0;
  std::vector<std::vector<JsonSlice>> lists_;  ///< by column, where lists are columns
  std::vector<JsonSlice> elements_;
  std::size_t element_ = 0;
  const char* read_until_ = nullptr;  ///< where lines were counted to, in a list of objects
  std::uint64_t line_ = 0;
  bool is_document_ = false;
  bool pending_ = false;
};

}  // namespace

std::unique_ptr<Rows> json_rows(std::unique_ptr<InputFile> file, TableFormat format) {
  return std::make_unique<JsonRows>(std::move(file), std::move(format));
}

}  // namespace headroom

#include "config/csv.hpp"

#include "base/text.hpp"

namespace headroom {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? shortest(value.get<double>()) : value.dump();
}

std::string csv_table(const std::vector<std::string>& columns, const Json& rows) {
  return csv_table(columns, columns, rows);
}

std::string csv_table(const std::vector<std::string>& columns, const std::vector<std::string>& names,
                      const Json& rows) {
  std::string text;
  const auto append = [&](const std::vector<std::string>& fields, auto field) {
    for (std::size_t i = 0; i < fields.size(); ++i) text += (i > 0 ? "," : "") + csv_field(field(fields[i]));
    text += '\n';
  };
  append(names, [](const std::string& name) { return name; });
  for (const Json& row : rows)
    append(columns,
           [&row](const std::string& column) { return row.contains(column) ? text_of(row[column]) : std::string(); });
  return text;
}

}  // namespace headroom

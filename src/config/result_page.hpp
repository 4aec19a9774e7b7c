#pragma once

#include <string>
#include <vector>

#include "headroom/fields.hpp"

namespace headroom {

/// A value of a result as its page explains it.
struct ResultField {
  std::string pointer;  ///< `N` stands for an index, `NAME` for a free key
  std::string type;
  std::string meaning;
};

/// Every value of a result, each followed by what it holds.
std::vector<ResultField> result_rows(const Slot& result);

/// The page of a result in Markdown: one row a value with its type and its meaning.
std::string result_page(const std::string& title, const Slot& result);

}  // namespace headroom

#pragma once

#include <string>
#include <vector>

#include "base/problem.hpp"
#include "config/document.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// A file, or a folder of files, that a configuration names: where, and its path from the root.
struct NamedFile {
  std::string pointer;
  std::string path;
};

/// Reads a document into a configuration struct and, where every value is one, checks the rules between them. Every
/// problem goes into `problems`; values that are absent keep their defaults. Returns the resolved document: every value
/// that was given or defaulted, paths absolute. Reading that again gives the same values, bit for bit. The files that
/// it names go into `files`, where that is wanted.
Json read_config(const Document& document, const Slot& root, std::vector<Problem>& problems,
                 std::vector<NamedFile>* files = nullptr);

/// The same with the problems thrown as one InputError.
template <class T>
Json read_config(const Document& document, T& root) {
  std::vector<Problem> problems;
  Json resolved = read_config(document, slot_of(root), problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  return resolved;
}

}  // namespace headroom

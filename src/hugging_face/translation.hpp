#pragma once

#include <string>

#include "base/problem.hpp"
#include "config/json.hpp"

namespace headroom {

/// Turns the content of a Hugging Face `config.json` into that of a model file of ours and leaves any other content as
/// it is. Throws InputError for a model that is not modelled or whose parameters cannot be counted; `pointer` is what
/// warnings are about.
void translate_hugging_face(Json& content, const std::string& file, const std::string& pointer, Warnings& warnings);

}  // namespace headroom

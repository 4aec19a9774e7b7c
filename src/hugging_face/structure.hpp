#pragma once

#include "hugging_face/foreign_object.hpp"

namespace headroom {

/// Throws InputError where the object with a model's sizes says something of its structure, by a key or a word, that is
/// neither read nor known to change neither parameters nor cache.
void refuse_unknown_structure(const ForeignObject& sizes);

}  // namespace headroom

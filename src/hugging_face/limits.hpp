#pragma once

#include "hugging_face/foreign_object.hpp"

namespace headroom {

/// Throws InputError where the object with a model's sizes says something that an Architecture cannot: latent or
/// windowed attention, layers of other kinds, a size whose meaning is not known.
void refuse_what_is_not_modelled(const ForeignObject& sizes);

}  // namespace headroom

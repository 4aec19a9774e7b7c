#pragma once

#include "config/json.hpp"
#include "headroom/fields.hpp"

namespace headroom {

/// The value of a slot as a configuration would write it, in the unit its name ends in; scalars and lists of scalars
/// only hold values of their own, an object is empty (its fields are filled in by whoever reads it).
Json to_json(const Field& field, const Slot& slot);

/// Whether a text value, or each of a list, names files: it is called `path`, `paths` or `..._path`. It is relative to
/// the file that it stands in, and absolute once it is resolved.
bool names_files(const Field& field);

/// SI value of one unit of the field.
double scale_of(const Field& field, const NumberSlot& slot);

}  // namespace headroom

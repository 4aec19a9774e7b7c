#pragma once

#include "policy/dynamo/split.hpp"

namespace headroom {

/// How long the weights move from one split of a server to another, in tau, the time in which one of `gpus` equal parts
/// of the model passes between two GPUs. `from` has an instance; every size divides `gpus`, which is at most 32.
unsigned moves(const Split& from, const Split& to, unsigned gpus = 8);

}  // namespace headroom

#pragma once

#include <vector>

namespace headroom {

/// How a server's GPUs are divided: the instances by number of GPUs, in order of their first GPU, such as {4, 2, 2}.
using Split = std::vector<unsigned>;

/// GPUs `first` to `first + gpus - 1` of a server, which hold one instance.
struct Block {
  unsigned first = 0;
  unsigned gpus = 0;
  bool operator==(const Block&) const = default;
};

/// A split with the GPUs of each instance, in their order; what no block covers is unused.
using Layout = std::vector<Block>;

/// A number of instances of one size.
struct Wanted {
  unsigned gpus = 0;
  unsigned instances = 0;
};

}  // namespace headroom

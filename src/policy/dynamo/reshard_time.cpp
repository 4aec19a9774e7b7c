#include "policy/dynamo/reshard_time.hpp"

#include <cstdint>
#include <vector>

namespace headroom {
namespace {

/// Parts of the model, or GPUs of a server, one a bit.
using Bits = std::uint32_t;

constexpr bool has(Bits bits, unsigned i) {
  return (bits >> i & 1U) != 0;
}

/// Whether each row can have one of its columns, when a column serves at most `limit` rows: augmenting paths.
class Matching {
 public:
  Matching(const std::vector<Bits>& rows, unsigned columns, unsigned limit)
      : rows_(rows), limit_(limit), served_(columns) {}

  bool complete() {
    for (unsigned row = 0; row < rows_.size(); ++row) {
      tried_ = 0;
      if (!place(row)) return false;
    }
    return true;
  }

 private:
  bool place(unsigned row) {
    for (unsigned column = 0; column < served_.size(); ++column) {
      if (!has(rows_[row] & ~tried_, column)) continue;
      tried_ |= Bits{1} << column;
      if (served_[column].size() < limit_) {
        served_[column].push_back(row);
        return true;
      }
      for (unsigned& other : served_[column]) {
        if (!place(other)) continue;
        other = row;
        return true;
      }
    }
    return false;
  }

  const std::vector<Bits>& rows_;
  unsigned limit_;
  std::vector<std::vector<unsigned>> served_;
  Bits tried_ = 0;
};

/// The parts that each GPU of a split holds: GPU j of k has those from gpus j / k on.
std::vector<Bits> shards(const Split& split, unsigned gpus) {
  std::vector<Bits> held;
  for (const unsigned size : split)
    for (unsigned j = 0; j < size; ++j) {
      Bits parts = 0;
      for (unsigned part = gpus * j / size; part < gpus * (j + 1) / size; ++part) parts |= Bits{1} << part;
      held.push_back(parts);
    }
  return held;
}

/// For each of the missing parts the GPUs that hold it.
std::vector<Bits> holders(const std::vector<Bits>& held, Bits missing, unsigned gpus) {
  std::vector<Bits> rows;
  for (unsigned part = 0; part < gpus; ++part) {
    if (!has(missing, part)) continue;
    rows.push_back(0);
    for (unsigned gpu = 0; gpu < gpus; ++gpu)
      if (has(held[gpu], part)) rows.back() |= Bits{1} << gpu;
  }
  return rows;
}

/// Whether the new shards find GPUs so that no pair of source and destination moves more than `most` parts.
bool moved_within(unsigned most, const std::vector<Bits>& held, const std::vector<Bits>& wanted, unsigned gpus) {
  std::vector<Bits> places(wanted.size());
  for (std::size_t shard = 0; shard < wanted.size(); ++shard)
    for (unsigned gpu = 0; gpu < gpus; ++gpu) {
      const std::vector<Bits> sources = holders(held, wanted[shard] & ~held[gpu], gpus);
      if (Matching(sources, gpus, most).complete()) places[shard] |= Bits{1} << gpu;
    }
  return Matching(places, gpus, 1).complete();
}

}  // namespace

unsigned moves(const Split& from, const Split& to, unsigned gpus) {
  std::vector<Bits> held = shards(from, gpus);
  held.resize(gpus);
  const std::vector<Bits> wanted = shards(to, gpus);
  unsigned most = 0;
  while (most < gpus && !moved_within(most, held, wanted, gpus)) ++most;
  return most;
}

}  // namespace headroom

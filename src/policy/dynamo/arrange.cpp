#include "policy/dynamo/arrange.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

// Exact by dynamic programming over the servers: a state is how many instances of each size the servers so far hold.

namespace headroom {
namespace {

/// How many instances of each wanted size.
using Counts = std::vector<unsigned>;

/// A layout that a server may get, the best of those with its counts, and its worth.
struct Option {
  Counts counts;
  Layout layout;
  unsigned worth = 0;
};

/// Every layout of a server whose blocks begin at a multiple of their size.
class Layouts {
 public:
  Layouts(std::span<const Wanted> sizes, unsigned gpus) : sizes_(sizes), gpus_(gpus) { extend(0); }
  const std::vector<Layout>& all() const { return all_; }

 private:
  void extend(unsigned first) {
    if (first >= gpus_) {
      all_.push_back(layout_);
      return;
    }
    for (const Wanted& size : sizes_) {
      if (first % size.gpus != 0 || first + size.gpus > gpus_) continue;
      layout_.push_back({first, size.gpus});
      extend(first + size.gpus);
      layout_.pop_back();
    }
    extend(first + 1);
  }

  std::span<const Wanted> sizes_;
  unsigned gpus_;
  Layout layout_;
  std::vector<Layout> all_;
};

Counts counts_of(const Layout& layout, std::span<const Wanted> wanted) {
  Counts counts(wanted.size());
  for (std::size_t size = 0; size < wanted.size(); ++size)
    for (const Block& block : layout)
      if (block.gpus == wanted[size].gpus) ++counts[size];
  return counts;
}

unsigned kept(const Layout& from, const Layout& to) {
  return static_cast<unsigned>(std::count_if(
      to.begin(), to.end(), [&](const Block& b) { return std::find(from.begin(), from.end(), b) != from.end(); }));
}

/// The layout of most worth for each choice of counts: instances that stay first, then a server that stays as it is.
std::vector<Option> options(const Layout& now, const std::vector<Layout>& layouts, std::span<const Wanted> wanted,
                            unsigned servers) {
  std::map<Counts, Option> best;
  for (const Layout& layout : layouts) {
    const unsigned worth = kept(now, layout) * (servers + 1) + (layout == now ? 1 : 0);
    const auto [option, is_new] = best.try_emplace(counts_of(layout, wanted));
    if (is_new || worth > option->second.worth) option->second = {option->first, layout, worth};
  }
  std::vector<Option> found;
  for (auto& [counts, option] : best) found.push_back(std::move(option));
  return found;
}

/// The best worth of the servers so far for each number of instances they hold, up to the wanted ones, as one index.
class Table {
 public:
  explicit Table(std::span<const Wanted> wanted) : wanted_(wanted) {
    std::size_t states = 1;
    for (const Wanted& size : wanted) {
      strides_.push_back(states);
      states *= size.instances + 1;
    }
    worth_.assign(states, none);
    worth_[0] = 0;
  }

  /// Adds a server; each state remembers its option.
  void add(const std::vector<Option>& server) {
    std::vector<int> next(worth_.size(), none);
    std::vector<std::uint16_t> chosen(worth_.size());
    for (std::size_t state = 0; state < worth_.size(); ++state) {
      if (worth_[state] == none) continue;
      for (std::size_t option = 0; option < server.size(); ++option) {
        if (!fits(state, server[option].counts)) continue;
        const std::size_t to = state + offset(server[option].counts);
        const int worth = worth_[state] + static_cast<int>(server[option].worth);
        if (worth <= next[to]) continue;
        next[to] = worth;
        chosen[to] = static_cast<std::uint16_t>(option);
      }
    }
    worth_ = std::move(next);
    chosen_.push_back(std::move(chosen));
  }

  bool complete() const { return worth_.back() != none; }

  /// The layouts that lead to the wanted instances.
  std::vector<Layout> layouts(const std::vector<std::vector<Option>>& servers) const {
    std::vector<Layout> found(servers.size());
    std::size_t state = worth_.size() - 1;
    for (std::size_t server = servers.size(); server-- > 0;) {
      const Option& option = servers[server][chosen_[server][state]];
      found[server] = option.layout;
      state -= offset(option.counts);
    }
    return found;
  }

 private:
  static constexpr int none = -1;

  std::size_t offset(const Counts& counts) const {
    std::size_t sum = 0;
    for (std::size_t size = 0; size < counts.size(); ++size) sum += counts[size] * strides_[size];
    return sum;
  }
  bool fits(std::size_t state, const Counts& more) const {
    for (std::size_t size = 0; size < more.size(); ++size) {
      const std::size_t held = state / strides_[size] % (wanted_[size].instances + 1);
      if (held + more[size] > wanted_[size].instances) return false;
    }
    return true;
  }

  std::span<const Wanted> wanted_;
  std::vector<std::size_t> strides_;
  std::vector<int> worth_;
  std::vector<std::vector<std::uint16_t>> chosen_;
};

}  // namespace

std::optional<std::vector<Resplit>> arrange(std::span<const Layout> servers, std::span<const Wanted> wanted,
                                            unsigned gpus) {
  const Layouts layouts(wanted, gpus);
  std::vector<std::vector<Option>> choices;
  Table table(wanted);
  for (const Layout& server : servers) {
    choices.push_back(options(server, layouts.all(), wanted, static_cast<unsigned>(servers.size())));
    table.add(choices.back());
  }
  if (!table.complete()) return std::nullopt;
  const std::vector<Layout> to = table.layouts(choices);
  std::vector<Resplit> changes;
  for (std::size_t server = 0; server < servers.size(); ++server)
    if (to[server] != servers[server]) changes.push_back({server, to[server]});
  return changes;
}

}  // namespace headroom

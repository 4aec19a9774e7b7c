#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "headroom/arrival_window.hpp"
#include "headroom/id.hpp"
#include "headroom/prefix.hpp"
#include "headroom/quantity.hpp"
#include "headroom/request.hpp"
#include "headroom/winner_tree.hpp"

namespace headroom {

/// What an instance has to do.
struct InstanceLoad {
  std::uint32_t outstanding = 0;           ///< requests waiting or running
  std::uint64_t pending_tokens = 0;        ///< prompt tokens not yet prefilled
  std::uint64_t promised_tokens = 0;       ///< of KV memory, for all whom a router sent here, at their end
  std::uint32_t waiting = 0;               ///< requests waiting
  std::uint32_t answers = 0;               ///< requests that get their answer here, those still to come included
  bool has_backlog = false;                ///< a request, or an answer of one, waits to be in a step
  std::uint32_t pending_image_tokens = 0;  ///< of `pending_tokens`, those of images
  bool up = true;                          ///< false where it has not started yet, has no power, or is gone

  bool operator==(const InstanceLoad&) const = default;
};

/// Where an instance is in its life. Only one that is `up` gets requests.
enum class Status : std::uint8_t { starting, up, draining, gone };
inline std::array<std::string_view, 4> words_of(Status) {
  return {"starting", "up", "draining", "gone"};
}

/// What routers and controllers may know of an instance.
struct InstanceState {
  InstanceLoad load;
  double weight =
      1.0;  ///< what a controller wants sent here: it looks as if it had 1/weight of what it has; 0: nothing
  PoolId pool;
  ServerId server;
  VariantId variant;
  Status status = Status::up;
  Hertz clock{};  ///< that it asks for itself
  std::uint64_t kv_capacity_tokens = kNoLimit;
  static constexpr std::uint64_t kNoLimit = 0xffffffffffffffff;  ///< in views made by hand

  [[nodiscard]] bool is_open() const { return load.up && status == Status::up && weight > 0; }
  /// Whether its KV memory could hold the request.
  [[nodiscard]] bool holds(const Request& request) const {
    return std::uint64_t{request.input_tokens} + request.output_tokens <= kv_capacity_tokens;
  }
};

/// Whether GPUs [a, a + gpus_a) and [b, b + gpus_b) of a server have one in common.
[[nodiscard]] constexpr bool overlap(std::uint32_t a, std::uint32_t gpus_a, std::uint32_t b, std::uint32_t gpus_b) {
  return a < b + gpus_b && b < a + gpus_a;
}

/// GPUs of a server and who sits there: an instance, or somebody whom controllers know nothing of (a job, a tenant).
struct SliceState {
  std::uint16_t first_gpu = 0;
  std::uint16_t gpus = 0;
  std::optional<InstanceId> instance;
};

/// A server as controllers see it.
struct ServerState {
  TypeId type;
  std::uint16_t gpus = 0;
  bool up = true;        ///< false: no power
  bool leaving = false;  ///< soon without power, as was announced
  bool moving = false;   ///< weights travel between its GPUs, for instances that are to start
  /// High where an instance of a pool that may serve high priority stands, low where others do, or a job or a tenant;
  /// none where nobody does.
  std::optional<Priority> priority{};
  std::vector<SliceState> slices{};  ///< by GPU
  std::optional<PoolId> pool{};      ///< who holds it, whether any of its GPUs is used or not
};

/// By what a router compares instances.
enum class Order : std::uint8_t {
  outstanding,      ///< requests; the lowest id among equals
  pending_tokens,   ///< prompt tokens not yet prefilled; among equals the fewest outstanding requests
  work_tokens,      ///< prompt tokens not yet prefilled and one for each answer; the lowest id among equals
  waiting,          ///< requests that wait; the lowest id among equals
  promised_tokens,  ///< of prompt and answer of all that it was sent and has not done; the lowest id among equals
  text_tokens       ///< prompt tokens not yet prefilled, but those of images; the lowest id among equals
};

/// The instances by pool and what they have to do, and the servers with their slices. The engine keeps it up to date;
/// policies read it.
class FleetView {
 public:
  // What policies read.

  [[nodiscard]] std::size_t pools() const { return pools_.size(); }
  [[nodiscard]] const std::string& name(PoolId pool) const { return pools_[pool.index()].name; }
  /// The pool that the next request of this class goes to; none where nobody serves it.
  [[nodiscard]] std::optional<PoolId> pool_for(const Request& request) const {
    const std::size_t id = request.seen_class().index();
    return id < classes_.size() ? classes_[id].next() : std::nullopt;
  }
  /// The pool that a class goes to but for what is shared with others.
  [[nodiscard]] std::optional<PoolId> own_pool(ClassId id) const {
    return id.index() < classes_.size() ? classes_[id.index()].own : std::nullopt;
  }
  /// How many instances there have been; their ids are dense, and none is used twice.
  [[nodiscard]] std::size_t instances() const { return states_.size(); }
  /// Instances of a pool that are not gone, by id.
  [[nodiscard]] std::span<const InstanceId> members(PoolId pool) const { return pools_[pool.index()].members; }
  [[nodiscard]] const InstanceState& operator[](InstanceId id) const { return states_[id.index()]; }
  /// The open instance of a pool that is least in this order among those that could hold the request; none where none
  /// is. O(1) where the router named the order and the least of all could, else it looks at all.
  [[nodiscard]] std::optional<InstanceId> least(PoolId pool, Order order, const Request& request) const {
    const Pool& in = pools_[pool.index()];
    if (in.members.empty()) return std::nullopt;
    if (is_kept(order)) {
      const InstanceId id = in.members[in.tree(order).least().position];
      if (!states_[id.index()].is_open()) return std::nullopt;
      if (states_[id.index()].holds(request)) return id;
    }
    return scan(in, order, request, 0);
  }
  /// The same, but among equals the one whose id follows `last`, after the highest the lowest.
  [[nodiscard]] std::optional<InstanceId> next_least(PoolId pool, Order order, const Request& request,
                                                     InstanceId last) const {
    const Pool& in = pools_[pool.index()];
    if (in.members.empty()) return std::nullopt;
    const auto from = static_cast<std::size_t>(std::ranges::upper_bound(in.members, last) - in.members.begin());
    if (is_kept(order)) {
      const InstanceId id = in.members[in.tree(order).least_from(from)];
      if (!states_[id.index()].is_open()) return std::nullopt;
      if (states_[id.index()].holds(request)) return id;
    }
    return scan(in, order, request, from);
  }
  /// Of the prompt of a request, what the prefix cache of an instance has now.
  [[nodiscard]] std::uint32_t cached_tokens(InstanceId id, const Request& request) const {
    return prefixes_ ? prefixes_->cached_tokens(id, request) : 0;
  }
  [[nodiscard]] std::size_t servers() const { return servers_.size(); }
  [[nodiscard]] const ServerState& server(ServerId id) const { return servers_[id.index()]; }
  /// Whether an instance of a server starts or drains, or is about to: it cannot be deployed on.
  [[nodiscard]] bool is_in_transition(ServerId id) const {
    return servers_[id.index()].moving ||
           std::ranges::any_of(servers_[id.index()].slices, [&](const SliceState& slice) {
             return slice.instance && states_[slice.instance->index()].status != Status::up;
           });
  }
  /// Input tokens that routers sent to an instance, per second over the last `window`: whole seconds, at most
  /// `ArrivalWindow::kLongest`. Only where a policy follows arrivals.
  [[nodiscard]] double tokens_per_s(InstanceId id, Seconds window, Seconds now) const {
    return id.index() < arrivals_.size() ? arrivals_[id.index()].per_s(window, now) : 0.0;
  }

  // What the engine writes.

  PoolId add_pool(std::string name) {
    pools_.push_back(
        {std::move(name),
         {},
         {LoadTree(0, 0), LoadTree(0, 0), LoadTree(0, 0), LoadTree(0, 0), LoadTree(0, 0), LoadTree(0, 0)}});
    return PoolId(pools_.size() - 1);
  }
  /// Requests of the class go to this pool.
  void serve(ClassId request_class, PoolId pool) {
    if (classes_.size() <= request_class.index()) classes_.resize(request_class.index() + 1);
    classes_[request_class.index()].own = pool;
  }
  /// So much of a class goes to a pool, the rest on to the pools named before, the last of them its own.
  void share(ClassId request_class, PoolId pool, double fraction) {
    if (classes_.size() <= request_class.index()) classes_.resize(request_class.index() + 1);
    classes_[request_class.index()].share(pool, fraction);
  }
  /// A request of this class was sent where `pool_for` said.
  void sent(ClassId request_class) {
    if (request_class.index() < classes_.size()) classes_[request_class.index()].sent();
  }
  /// Keeps an order at hand from now on.
  void keep(Order order) {
    if (!is_kept(order)) kept_.push_back(order);
    for (Pool& pool : pools_) rebuild(pool);
  }
  /// Keeps what is sent to each instance from now on.
  void follow_arrivals() { follows_arrivals_ = true; }
  [[nodiscard]] bool follows_arrivals() const { return follows_arrivals_; }
  /// A router sent a request to an instance.
  void sent(InstanceId id, const Request& request, Seconds now) {
    if (!follows_arrivals_) return;
    if (arrivals_.size() <= id.index()) arrivals_.resize(states_.size());
    arrivals_[id.index()].add(request.input_tokens, now);
  }
  /// Who knows of prefix caches, where instances have them.
  void ask(const PrefixDirectory& prefixes) { prefixes_ = &prefixes; }
  void add_server(TypeId type, std::uint16_t gpus) { servers_.push_back({.type = type, .gpus = gpus}); }
  [[nodiscard]] ServerState& server(ServerId id) { return servers_[id.index()]; }
  /// Of the next id.
  InstanceId add_instance(const InstanceState& state) {
    const InstanceId id(states_.size());
    states_.push_back(state);
    positions_.push_back(0);
    join(id, state.pool);
    return id;
  }
  void update(InstanceId id, const InstanceLoad& load) {
    InstanceState& state = states_[id.index()];
    if (state.load == load) return;
    state.load = load;
    refresh(id);
  }
  void set_status(InstanceId id, Status status) {
    states_[id.index()].status = status;
    if (status == Status::gone) leave(id);
    else refresh(id);
  }
  void set_clock(InstanceId id, Hertz clock) { states_[id.index()].clock = clock; }
  void set_weight(InstanceId id, double weight) {
    states_[id.index()].weight = weight;
    refresh(id);
  }
  void assign(InstanceId id, PoolId pool) {
    leave(id);
    states_[id.index()].pool = pool;
    join(id, pool);
  }

 private:
  using LoadTree = WinnerTree<std::uint64_t>;
  static constexpr std::size_t kOrders = 6;
  static constexpr unsigned kTieBits = 20;
  static constexpr double kMostLoad = 0x1.0p43;  ///< that fits beside the bits for ties
  struct Pool {
    std::string name;
    std::vector<InstanceId> members;  ///< by id
    std::array<LoadTree, kOrders> trees;

    [[nodiscard]] LoadTree& tree(Order order) { return trees[static_cast<std::size_t>(order)]; }
    [[nodiscard]] const LoadTree& tree(Order order) const { return trees[static_cast<std::size_t>(order)]; }
  };

  /// Who serves a class. Shares are kept by counting, not at random: a pool that is behind its share is next, of those
  /// requests that the pools before it leave.
  struct ClassRoute {
    struct Part {
      PoolId pool;
      double fraction;
      double owed = 0;  ///< requests, rounded to none or one: above -1/2 and at most 1/2

      [[nodiscard]] bool is_next() const { return owed + fraction > 0.5; }
    };
    std::optional<PoolId> own;
    std::vector<Part> parts;  ///< the first named last

    [[nodiscard]] std::optional<PoolId> next() const {
      const auto part = std::ranges::find_if(parts, &Part::is_next);
      return part != parts.end() ? part->pool : own;
    }
    void sent() {
      for (Part& part : parts) {
        const bool gets_it = part.is_next();
        part.owed += part.fraction - (gets_it ? 1.0 : 0.0);
        if (gets_it) return;
      }
    }
    /// What a pool is owed stays, so that a share which is said again goes on.
    void share(PoolId pool, double fraction) {
      const auto part = std::ranges::find(parts, pool, &Part::pool);
      const double owed = part != parts.end() ? part->owed : 0.0;
      if (part != parts.end()) parts.erase(part);
      if (fraction > 0) parts.insert(parts.begin(), {pool, fraction, owed});
    }
  };

  [[nodiscard]] bool is_kept(Order order) const { return std::ranges::find(kept_, order) != kept_.end(); }
  [[nodiscard]] static std::uint64_t load_by(const InstanceLoad& load, Order order) {
    switch (order) {
      case Order::outstanding:
        return load.outstanding;
      case Order::pending_tokens:
        return load.pending_tokens;
      case Order::work_tokens:
        return load.pending_tokens + load.answers;
      case Order::waiting:
        return load.waiting;
      case Order::promised_tokens:
        return load.promised_tokens;
      case Order::text_tokens:
        return load.pending_tokens - load.pending_image_tokens;
    }
    return 0;
  }
  [[nodiscard]] static std::uint64_t key(const InstanceState& state, Order order) {
    if (!state.is_open()) return LoadTree::kNever;
    const std::uint64_t load = load_by(state.load, order);
    const std::uint64_t tie = order == Order::pending_tokens ? state.load.outstanding : 0;
    if (state.weight == 1.0) return load << kTieBits | tie;
    const double scaled = std::clamp((static_cast<double>(load) + 1) / state.weight - 1, 0.0, kMostLoad);
    return order == Order::pending_tokens ? static_cast<std::uint64_t>(scaled) << kTieBits | tie
                                          : static_cast<std::uint64_t>(scaled * (1 << kTieBits));
  }
  /// The first of the least, from one of the members on.
  [[nodiscard]] std::optional<InstanceId> scan(const Pool& pool, Order order, const Request& request,
                                               std::size_t from) const {
    std::optional<InstanceId> least;
    for (std::size_t i = 0; i < pool.members.size(); ++i) {
      const InstanceId id = pool.members[(from + i) % pool.members.size()];
      const InstanceState& state = (*this)[id];
      if (!state.is_open() || !state.holds(request)) continue;
      if (!least || key(state, order) < key((*this)[*least], order)) least = id;
    }
    return least;
  }
  void refresh(InstanceId id) {
    const InstanceState& state = states_[id.index()];
    if (state.status == Status::gone) return;
    Pool& pool = pools_[state.pool.index()];
    for (const Order order : kept_) pool.tree(order).update(positions_[id.index()], key(state, order));
  }
  void join(InstanceId id, PoolId to) {
    Pool& pool = pools_[to.index()];
    const bool is_last = pool.members.empty() || pool.members.back() < id;
    pool.members.insert(std::ranges::lower_bound(pool.members, id), id);
    if (!is_last) return rebuild(pool);
    positions_[id.index()] = static_cast<std::uint32_t>(pool.members.size() - 1);
    for (LoadTree& tree : pool.trees) tree.grow(pool.members.size());
    refresh(id);
  }
  void leave(InstanceId id) {
    Pool& pool = pools_[states_[id.index()].pool.index()];
    std::erase(pool.members, id);
    rebuild(pool);
  }
  void rebuild(Pool& pool) {
    for (std::size_t i = 0; i < pool.members.size(); ++i)
      positions_[pool.members[i].index()] = static_cast<std::uint32_t>(i);
    for (const Order order : kept_) {
      pool.tree(order) = LoadTree(pool.members.size(), LoadTree::kNever);
      for (std::size_t i = 0; i < pool.members.size(); ++i)
        pool.tree(order).update(i, key((*this)[pool.members[i]], order));
    }
  }

  std::vector<Pool> pools_;
  std::vector<InstanceState> states_;
  std::vector<std::uint32_t> positions_;  ///< by instance: in its pool
  std::vector<ClassRoute> classes_;
  std::vector<ServerState> servers_;
  std::vector<Order> kept_;
  bool follows_arrivals_ = false;
  std::vector<ArrivalWindow> arrivals_;  ///< by instance
  const PrefixDirectory* prefixes_ = nullptr;
};

}  // namespace headroom

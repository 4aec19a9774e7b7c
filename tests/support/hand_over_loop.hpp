#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "serving/instance.hpp"

namespace headroom::test {

/// A request, who reads its prompt, and who goes on.
struct Pair {
  Request request;
  std::size_t serve = 0;
  std::optional<std::size_t> decode;
};

/// What befalls an instance while others send it caches, or while its own are under way.
struct Blow {
  enum class What { clock, own_clock, cap, uncap, cut };
  double time = 0;
  What what = What::clock;
  double value = 0;  ///< Hz or W
  std::size_t instance = 0;
};

struct HandOverCounts {
  std::uint64_t arrived = 0, cut = 0, turned_back = 0, retries = 0, lost = 0, rejected = 0;
  std::uint64_t in_flight_at_blows = 0;  ///< caches that were under way when a clock or cap changed
  double end = 0;
};

/// Runs instances that hand over at a fixed rate until nothing is left to do, by the rules of `HandOvers`: room is
/// booked before a cache sets out, a cache from an instance without power is lost, one to such an instance is turned
/// back when it gets there, and its prompt read again where it came from. At one date instances' own events come first,
/// then transfers, arrivals and blows.
template <class AnyInstance>
class HandOverLoop {
 public:
  HandOverLoop(std::span<AnyInstance> instances, double bytes_per_token, double bytes_per_s, double retry)
      : instances_(instances), dead_(instances.size()), token_s_(bytes_per_token / bytes_per_s), retry_(retry) {}

  HandOverCounts run(std::span<const Pair> arrivals, std::span<const Blow> blows) {
    constexpr double never = std::numeric_limits<double>::infinity();
    auto arrival = arrivals.begin();
    auto blow = blows.begin();
    for (std::uint64_t events = 0;; ++events) {
      if (events > 5'000'000) throw std::runtime_error("the instances never come to an end");
      const auto next = std::ranges::min_element(instances_, {}, &AnyInstance::next_event);
      const auto travel = std::ranges::min_element(under_way_, {}, &Travel::at);
      const double event_at = next->next_event().value();
      const double travel_at = travel != under_way_.end() ? travel->at : never;
      const double arrival_at = arrival != arrivals.end() ? arrival->request.arrival.value() : never;
      const double blow_at = blow != blows.end() ? blow->time : never;
      const double now = std::min({event_at, travel_at, arrival_at, blow_at});
      if (now == never) return counts_;
      if (now < counts_.end) throw std::runtime_error("an event lies in the past");
      counts_.end = now;
      if (event_at == now) advance(static_cast<std::size_t>(next - instances_.begin()), Seconds(now));
      else if (travel_at == now) look(static_cast<std::size_t>(travel - under_way_.begin()), Seconds(now));
      else if (arrival_at == now) offer(*arrival++, Seconds(now));
      else strike(*blow++, Seconds(now));
    }
  }

 private:
  struct Travel {
    double at;
    Sequence sequence;
    std::size_t from;
    bool has_room;
  };
  static std::size_t to(const Travel& travel) { return travel.sequence.decode_at->index(); }

  void advance(std::size_t at, Seconds now) {
    instances_[at].on_event(now);
    std::vector<Prefilled> taken;
    instances_[at].take_prefilled(taken);
    for (const Prefilled& each : taken) set_out({0, each.sequence, at, false}, now);
  }

  void set_out(Travel travel, Seconds now) {
    if (dead_[to(travel)]) return turn_back(travel, now);
    travel.has_room = instances_[to(travel)].make_room(travel.sequence, now);
    travel.at = now.value() + (travel.has_room ? travel.sequence.prompt_tokens * token_s_ : retry_);
    if (!travel.has_room) ++counts_.retries;
    under_way_.push_back(travel);
  }

  void look(std::size_t number, Seconds now) {
    const Travel travel = under_way_[number];
    under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(number));
    if (!travel.has_room) return set_out(travel, now);
    if (dead_[to(travel)]) return turn_back(travel, now);
    ++counts_.arrived;
    instances_[to(travel)].receive(travel.sequence, now);
    instances_[travel.from].give_back(travel.sequence, now);
  }

  void turn_back(const Travel& travel, Seconds now) {
    ++counts_.turned_back;
    Sequence sequence = travel.sequence;
    instances_[travel.from].give_back(sequence, now);
    sequence.decode_at.reset();
    sequence.begin_anew();
    if (!instances_[travel.from].resume(sequence, now)) ++counts_.lost;
  }

  void offer(const Pair& pair, Seconds now) {
    std::optional<InstanceId> decode_at;
    if (pair.decode && !dead_[*pair.decode]) decode_at = InstanceId(*pair.decode);
    if (decode_at) instances_[*pair.decode].expect(pair.request);
    if (instances_[pair.serve].offer(pair.request, now, decode_at)) return;
    if (decode_at) instances_[*pair.decode].forget(pair.request);
    ++counts_.rejected;
  }

  void strike(const Blow& blow, Seconds now) {
    AnyInstance& instance = instances_[blow.instance];
    if (dead_[blow.instance]) return;
    if (blow.what != Blow::What::cut) counts_.in_flight_at_blows += under_way_.size();
    if (blow.what == Blow::What::clock) instance.set_clock(Hertz(blow.value), now);
    if (blow.what == Blow::What::own_clock) instance.set_own_clock(Hertz(blow.value), now);
    if (blow.what == Blow::What::cap) instance.set_cap(Power(blow.value), now);
    if (blow.what == Blow::What::uncap) instance.set_cap(std::nullopt, now);
    if (blow.what == Blow::What::cut) cut(blow.instance, now);
  }

  void cut(std::size_t at, Seconds now) {
    dead_[at] = true;
    instances_[at].shut_down(now);
    std::vector<Travel> kept;
    for (const Travel& travel : under_way_) {
      if (travel.from != at) {
        kept.push_back(travel);
        continue;
      }
      ++counts_.cut;
      if (travel.has_room) instances_[to(travel)].free_room(travel.sequence, now);
      instances_[to(travel)].forget(travel.sequence.request);
    }
    under_way_ = kept;
  }

  std::span<AnyInstance> instances_;
  std::vector<bool> dead_;
  double token_s_, retry_;
  std::vector<Travel> under_way_;
  HandOverCounts counts_;
};

}  // namespace headroom::test

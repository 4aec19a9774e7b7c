#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "headroom/id.hpp"

namespace headroom {

/// What models keep of contexts that they have read, for others: the KV cache and hidden states, in memory of servers
/// beside their GPUs. Each server has so much room; of what nobody fetches, that used least recently goes first.
class Artefacts {
 public:
  explicit Artefacts(double server_bytes) : server_bytes_(server_bytes) {}

  /// The context, and the model that read it.
  struct Key {
    std::uint64_t context = 0;
    std::string model;
    auto operator<=>(const Key&) const = default;
  };
  /// The instance whose memory is read to fetch it, and its server; how long the prefix is.
  struct Place {
    InstanceId instance{};
    ServerId server{};
    std::uint32_t tokens = 0;
  };

  /// A model has read so much of a context. What there is of it already is kept if it is as long, else replaced unless
  /// somebody fetches it. What there is no room for is made and dropped.
  void make(const Key& key, const Place& place, double bytes);
  /// None where nobody has it.
  [[nodiscard]] const Place* find(const Key& key) const;
  /// Somebody fetches it: it stays, and is the one used last.
  void hold(const Key& key);
  void release(const Key& key);
  /// These have no power any more.
  void lose(std::span<const ServerId> servers);

  [[nodiscard]] std::uint64_t count() const { return all_.size(); }
  [[nodiscard]] std::uint64_t made() const { return made_; }
  [[nodiscard]] double made_bytes() const { return made_bytes_; }
  [[nodiscard]] double dropped_bytes() const { return dropped_bytes_; }
  /// Counted anew.
  [[nodiscard]] double live_bytes() const;

 private:
  struct Artefact {
    Place place;
    double bytes = 0;
    std::uint32_t fetches = 0;  ///< under way
    std::list<Key>::iterator turn;
  };
  struct Server {
    double bytes = 0;
    std::list<Key> turns;  ///< the one used least recently first
  };
  using All = std::map<Key, Artefact>;

  void drop(All::iterator artefact);
  [[nodiscard]] bool make_room(Server& server, double bytes);

  double server_bytes_;
  All all_;
  std::map<std::size_t, Server> servers_;
  std::uint64_t made_ = 0;
  double made_bytes_ = 0, dropped_bytes_ = 0;
};

}  // namespace headroom

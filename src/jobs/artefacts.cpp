#include "jobs/artefacts.hpp"

#include <algorithm>

namespace headroom {

void Artefacts::make(const Key& key, const Place& place, double bytes) {
  if (const auto known = all_.find(key); known != all_.end()) {
    if (known->second.place.tokens >= place.tokens || known->second.fetches > 0) return;
    drop(known);
  }
  ++made_;
  made_bytes_ += bytes;
  Server& server = servers_[place.server.index()];
  if (!make_room(server, bytes)) {
    dropped_bytes_ += bytes;
    return;
  }
  server.bytes += bytes;
  all_.emplace(key, Artefact{place, bytes, 0, server.turns.insert(server.turns.end(), key)});
}

/// Drops nothing where that would not do.
bool Artefacts::make_room(Server& server, double bytes) {
  double kept = 0;
  for (const Key& key : server.turns)
    if (const Artefact& one = all_.at(key); one.fetches > 0) kept += one.bytes;
  if (kept + bytes > server_bytes_) return false;
  for (auto turn = server.turns.begin(); server.bytes + bytes > server_bytes_;) {
    const auto artefact = all_.find(*turn++);
    if (artefact->second.fetches == 0) drop(artefact);
  }
  return true;
}

void Artefacts::drop(All::iterator artefact) {
  Server& server = servers_[artefact->second.place.server.index()];
  server.turns.erase(artefact->second.turn);
  server.bytes = server.turns.empty() ? 0 : server.bytes - artefact->second.bytes;
  dropped_bytes_ += artefact->second.bytes;
  all_.erase(artefact);
}

const Artefacts::Place* Artefacts::find(const Key& key) const {
  const auto artefact = all_.find(key);
  return artefact == all_.end() ? nullptr : &artefact->second.place;
}

void Artefacts::hold(const Key& key) {
  Artefact& artefact = all_.at(key);
  ++artefact.fetches;
  auto& turns = servers_[artefact.place.server.index()].turns;
  turns.splice(turns.end(), turns, artefact.turn);
}

/// It may be lost by now.
void Artefacts::release(const Key& key) {
  if (const auto artefact = all_.find(key); artefact != all_.end() && artefact->second.fetches > 0)
    --artefact->second.fetches;
}

void Artefacts::lose(std::span<const ServerId> servers) {
  for (auto artefact = all_.begin(); artefact != all_.end();) {
    const auto next = std::next(artefact);
    if (std::ranges::find(servers, artefact->second.place.server) != servers.end()) drop(artefact);
    artefact = next;
  }
}

double Artefacts::live_bytes() const {
  double bytes = 0;
  for (const auto& [key, artefact] : all_) bytes += artefact.bytes;
  return bytes;
}

}  // namespace headroom

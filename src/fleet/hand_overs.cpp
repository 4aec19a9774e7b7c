#include "fleet/hand_overs.hpp"

#include <algorithm>

namespace headroom {

HandOvers::HandOvers(const NetworkConfig& network, Fleet& fleet, InstanceObserver& observer, EventQueue& queue)
    : network_(network), fleet_(fleet), observer_(observer), queue_(queue) {
  queue_.on<&HandOvers::look>(EventKind::transfer, *this);
}

void HandOvers::prefilled(InstanceId id) {
  std::vector<Sequence> taken = std::move(taken_);
  taken.clear();
  instance(id).take_prefilled(taken);
  for (const Sequence& sequence : taken) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(transfers_.size()));
      transfers_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    transfers_[number] = {sequence, id, true, false, queue_.now()};
    set_out(number);
  }
  taken_ = std::move(taken);
}

void HandOvers::look(const Event& event) {
  Transfer& transfer = transfers_[event.target];
  if (transfer.lives && !transfer.has_room) return set_out(event.target);
  const Transfer ended = transfer;
  transfer.lives = false;
  free_.push_back(event.target);
  if (!ended.lives) return;
  if (Transfer end = ended; fleet_.view()[to(end)].load.up) arrive(end);
  else turn_back(end);
}

/// Sets out where there is room for the cache, else asks again later.
void HandOvers::set_out(std::uint32_t number) {
  Transfer& transfer = transfers_[number];
  if (!fleet_.view()[to(transfer)].load.up) {
    Transfer turned = transfer;
    transfer.lives = false;
    free_.push_back(number);
    return turn_back(turned);
  }
  if (instance(to(transfer)).make_room(transfer.sequence)) {
    transfer.has_room = true;
    queue_.push(queue_.now() + Seconds(bytes_of(transfer) / network_.bytes_per_s), EventKind::transfer, number);
  } else {
    ++result_.retries;
    queue_.push(queue_.now() + network_.retry, EventKind::transfer, number);
  }
}

void HandOvers::arrive(Transfer& transfer) {
  const InstanceId from = transfer.from, there = to(transfer);
  ++result_.transfers;
  result_.bytes += bytes_of(transfer);
  result_.seconds.add((queue_.now() - transfer.since).value());
  instance(there).receive(transfer.sequence, queue_.now());
  fleet_.touched(there);
  instance(from).give_back(transfer.sequence, queue_.now());
  fleet_.touched(from);
  fleet_.look_whether_drained(from);
}

/// There is nobody any more to go on: it is routed anew, without its cache.
void HandOvers::turn_back(Transfer& transfer) {
  if (transfer.has_room) note_cut(transfer);
  instance(transfer.from).give_back(transfer.sequence, queue_.now());
  fleet_.touched(transfer.from);
  fleet_.look_whether_drained(transfer.from);
  transfer.sequence.decode_at.reset();
  transfer.sequence.begin_anew();
  desk_->again(transfer.sequence);
}

/// Caches that were still to leave these servers are lost, and with them their requests.
void HandOvers::power_cut(std::span<const ServerId> servers) {
  for (Transfer& transfer : transfers_) {
    if (!transfer.lives || std::ranges::find(servers, fleet_.server_of(transfer.from)) == servers.end()) continue;
    transfer.lives = false;
    lose(transfer);
  }
}

void HandOvers::lose(Transfer& transfer) {
  if (transfer.has_room) {
    note_cut(transfer);
    instance(to(transfer)).free_room(transfer.sequence, queue_.now());
  }
  fleet_.forget_expected(transfer.sequence);
  observer_.lost(transfer.from, transfer.sequence, queue_.now());
}

void HandOvers::note_cut(const Transfer& transfer) {
  ++result_.cut;
  result_.cut_bytes += bytes_of(transfer);
}

double HandOvers::bytes_of(const Transfer& transfer) const {
  const VariantSpec& variant = fleet_.variants()[fleet_.view()[transfer.from].variant].spec;
  return kv_bytes_per_token(variant) * transfer.sequence.prompt_tokens;
}

std::uint64_t HandOvers::under_way() const {
  return static_cast<std::uint64_t>(std::ranges::count_if(transfers_, &Transfer::lives));
}

NetworkResult HandOvers::finish() {
  result_.under_way = under_way();
  return result_;
}

}  // namespace headroom

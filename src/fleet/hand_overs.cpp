#include "fleet/hand_overs.hpp"

#include <algorithm>
#include <functional>

#include "model/performance/kv_overlap.hpp"

namespace headroom {
namespace {

constexpr std::size_t kLinksShown = 10;

/// The busiest first.
std::vector<LinkResult> busiest(const std::vector<LinkUse>& links, Seconds duration) {
  std::vector<LinkResult> busy;
  for (const LinkUse& link : links)
    if (link.bytes > 0) busy.push_back({link.name, link.bytes, link.bytes / (link.bytes_per_s * duration.value())});
  std::ranges::stable_sort(busy, std::greater{}, &LinkResult::utilization_fraction);
  busy.resize(std::min(busy.size(), kLinksShown));
  return busy;
}

}  // namespace

HandOvers::HandOvers(const NetworkConfig& config, const Surroundings& around)
    : config_(config),
      network_(around.network),
      fleet_(around.fleet),
      observer_(around.observer),
      listeners_(around.listeners),
      queue_(around.queue) {
  queue_.on<&HandOvers::look>(EventKind::transfer, *this);
}

void HandOvers::prefilled(InstanceId id) {
  std::vector<Prefilled> taken = std::move(taken_);
  taken.clear();
  instance(id).take_prefilled(taken);
  for (const auto& [sequence, step] : taken) {
    const std::uint32_t number = new_number();
    transfers_[number] = {sequence, id,    kv_bytes_per_token(variant_of(id)) * sequence.prompt_tokens,
                          true,     false, queue_.now()};
    set_out(number, step);
  }
  taken_ = std::move(taken);
}

std::uint32_t HandOvers::new_number() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(transfers_.size()));
    transfers_.emplace_back();
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  return number;
}

void HandOvers::carry(ParcelDesk& desk, std::uint32_t parcel, InstanceId from, InstanceId to, double bytes) {
  const std::uint32_t number = new_number();
  Transfer& transfer = transfers_[number];
  transfer = {{}, from, bytes, true, true, queue_.now(), &desk, parcel};
  transfer.sequence.decode_at = to;
  result_.sent_bytes += bytes;
  network_.send(number, fleet_.server_of(from), fleet_.server_of(to), bytes, 0);
}

void HandOvers::look(const Event& event) {
  Transfer& transfer = transfers_[event.target];
  if (transfer.lives && !transfer.has_room) return set_out(event.target, Seconds());
  const Transfer ended = transfer;
  transfer.lives = false;
  free_.push_back(event.target);
  if (!ended.lives) return;
  if (ended.desk) {
    note_arrived(ended);
    return ended.desk->parcel_came(ended.parcel);
  }
  if (Transfer end = ended; fleet_.view()[to(end)].load.up) arrive(end);
  else turn_back(end);
}

/// Sets out where there is room for the cache, else asks again later. `prefill`: during which it may have gone ahead.
void HandOvers::set_out(std::uint32_t number, Seconds prefill) {
  Transfer& transfer = transfers_[number];
  if (!fleet_.view()[to(transfer)].load.up) {
    Transfer turned = transfer;
    transfer.lives = false;
    free_.push_back(number);
    return turn_back(turned);
  }
  if (instance(to(transfer)).make_room(transfer.sequence, queue_.now())) {
    fleet_.touched(to(transfer));
    transfer.has_room = true;
    result_.sent_bytes += transfer.bytes;
    const double left = bytes_left(transfer, prefill);
    network_.send(number, fleet_.server_of(transfer.from), fleet_.server_of(to(transfer)), left, transfer.bytes - left);
  } else {
    ++result_.retries;
    queue_.push(queue_.now() + config_.retry, EventKind::transfer, number);
  }
}

void HandOvers::arrive(Transfer& transfer) {
  const InstanceId from = transfer.from, there = to(transfer);
  note_arrived(transfer);
  instance(there).receive(transfer.sequence, queue_.now());
  fleet_.touched(there);
  instance(from).give_back(transfer.sequence, queue_.now());
  fleet_.touched(from);
  fleet_.look_whether_drained(from);
}

void HandOvers::note_arrived(const Transfer& transfer) {
  ++result_.transfers;
  result_.bytes += transfer.bytes;
  result_.seconds.add((queue_.now() - transfer.since).value());
  tell(transfer, true);
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

/// What was still to leave these servers is lost: with caches, their requests.
void HandOvers::power_cut(std::span<const ServerId> servers) {
  for (std::uint32_t number = 0; number < transfers_.size(); ++number) {
    Transfer& transfer = transfers_[number];
    if (!transfer.lives || std::ranges::find(servers, fleet_.server_of(transfer.from)) == servers.end()) continue;
    transfer.lives = false;
    if (transfer.has_room) {
      network_.cut(number);
      note_cut(transfer);
    }
    if (transfer.desk) transfer.desk->parcel_lost(transfer.parcel);
    else lose(transfer);
  }
}

void HandOvers::lose(Transfer& transfer) {
  if (transfer.has_room) instance(to(transfer)).free_room(transfer.sequence, queue_.now());
  fleet_.forget_expected(transfer.sequence);
  observer_.lost(transfer.from, transfer.sequence, queue_.now());
}

void HandOvers::note_cut(const Transfer& transfer) {
  ++result_.cut;
  result_.cut_bytes += transfer.bytes;
  tell(transfer, false);
}

void HandOvers::tell(const Transfer& transfer, bool arrived) const {
  if (transfer.desk) return;
  const KvTransfer seen{transfer.sequence, transfer.from,  to(transfer), transfer.since,
                        queue_.now(),      transfer.bytes, arrived};
  for (RunListener* listener : listeners_) listener->travelled(seen);
}

/// Of the cache, when the prompt has been read.
double HandOvers::bytes_left(const Transfer& transfer, Seconds prefill) const {
  if (!config_.overlap || prefill <= Seconds()) return transfer.bytes;
  const double rate = network_.bytes_per_s(fleet_.server_of(transfer.from), fleet_.server_of(to(transfer)));
  return left_after_overlap(transfer.bytes, variant_of(transfer.from).model.layers, rate * prefill.value());
}

std::uint64_t HandOvers::under_way() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(transfers_, [](const Transfer& transfer) { return transfer.lives && !transfer.desk; }));
}

NetworkResult HandOvers::finish() const {
  NetworkResult result = result_;
  result.under_way = static_cast<std::uint64_t>(std::ranges::count_if(transfers_, &Transfer::lives));
  for (const Transfer& transfer : transfers_)
    if (transfer.lives && transfer.has_room) result.under_way_bytes += transfer.bytes;
  if (config_.energy_per_byte) result.energy = *config_.energy_per_byte * (result.sent_bytes + result.bytes);
  result.links = busiest(network_.links(), queue_.now());
  return result;
}

}  // namespace headroom

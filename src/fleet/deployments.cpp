#include "fleet/deployments.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace headroom {

Deployments::Deployments(const Scenario& scenario, Fleet& fleet, EventLog& log, EventQueue& queue)
    : fleet_(fleet), log_(log), queue_(queue), failures_(scenario.seed, "fleet/failed_starts") {
  changed_.resize(fleet_.servers().size());
  queue_.add_timers(EventKind::deployment, fleet_.instances().size());
  queue_.on<&Deployments::next>(EventKind::deployment, *this);
  queue_.on<&Deployments::switch_over>(EventKind::reshard, *this);
}

Deployments::Life& Deployments::life(InstanceId id) {
  if (lives_.size() <= id.index()) lives_.resize(id.index() + 1);
  return lives_[id.index()];
}

void Deployments::changes(InstanceId id) {
  changed_[fleet_.server_of(id).index()] = log_.next();
}

void Deployments::assign(InstanceId id, PoolId pool) {
  if (fleet_.view()[id].pool == pool) return;
  fleet_.assign(id, pool);
  changes(id);
}

/// Whether an instance is what a member describes; then which.
bool Deployments::stands(const Member& member, InstanceId& id) const {
  for (const SliceState& slice : fleet_.view().server(member.server).slices) {
    if (!slice.instance || slice.first_gpu != member.first_gpu) continue;
    id = *slice.instance;
    return fleet_.view()[id].variant == member.variant;
  }
  return false;
}

/// What it describes is what its view showed: it does not apply where others stand by now.
std::optional<std::string> Deployments::why_not(const Deploy& wanted, std::uint32_t decision) const {
  const FleetView& view = fleet_.view();
  for (const ServerId server : wanted.servers) {
    if (!view.server(server).up) return fleet_.path(server) + " has no power";
    if (view.server(server).leaving) return fleet_.path(server) + " is about to go";
    if (view.is_in_transition(server)) return fleet_.path(server) + " is in transition";
    if (decision < changed_[server.index()]) return fleet_.path(server) + " has changed since it was decided";
  }
  for (const Waiting& other : waiting_)
    if (std::ranges::find(wanted.servers, other.member.server) != wanted.servers.end())
      return fleet_.path(other.member.server) + " is in transition";
  for (const Member& member : wanted.members) {
    const std::uint32_t gpus = fleet_.variants()[member.variant].spec.gpus;
    for (const SliceState& slice : view.server(member.server).slices)
      if (!slice.instance && overlap(member.first_gpu, gpus, slice.first_gpu, slice.gpus))
        return "GPUs of " + fleet_.path(member.server) + " are taken";
  }
  return std::nullopt;
}

bool Deployments::held_same_model(ServerId server, const VariantSpec& variant) const {
  for (const SliceState& slice : fleet_.view().server(server).slices)
    if (slice.instance && fleet_.variants()[fleet_.view()[*slice.instance].variant].spec.holds_same_model(variant))
      return true;
  return false;
}

/// Those that stand as wanted stay; they serve the pools that are wanted from now on.
Deployments::Change Deployments::change_of(const Deploy& wanted, const std::string& cause) {
  Change change;
  std::vector<InstanceId> kept;
  for (const Member& member : wanted.members) {
    InstanceId id;
    if (stands(member, id)) {
      kept.push_back(id);
      assign(id, member.pool);
    } else {
      const VariantSpec& spec = fleet_.variants()[member.variant].spec;
      const bool is_reshard = held_same_model(member.server, spec);
      change.added.push_back({member, is_reshard, cause, start_phases(spec, is_reshard)});
    }
  }
  for (const ServerId server : wanted.servers)
    for (const SliceState& slice : fleet_.view().server(server).slices)
      if (slice.instance && std::ranges::find(kept, *slice.instance) == kept.end())
        change.leaving.push_back(*slice.instance);
  return change;
}

std::optional<std::string> Deployments::deploy(const Deploy& wanted, std::uint32_t decision) {
  if (auto why = why_not(wanted, decision)) return why;
  const std::string cause = log_.cause(decision);
  Change change = change_of(wanted, cause);
  if (moves_parts(wanted, change)) {
    begin_to_move(wanted, std::move(change));
    return std::nullopt;
  }
  waiting_.insert(waiting_.end(), change.added.begin(), change.added.end());
  drain(change.leaving, std::nullopt, cause);
  start_those_that_fit();
  return std::nullopt;
}

/// Nothing has been asked for yet, so that those who leave hold nothing.
void Deployments::set_up(const Deploy& wanted) {
  Change change = change_of(wanted, "");
  for (const InstanceId id : change.leaving) fleet_.remove_instance(id);
  for (const Waiting& added : change.added) {
    const Member& member = added.member;
    fleet_.add_instance(member.variant, member.pool, {&member.server, 1}, member.first_gpu, Status::up);
    queue_.add_timers(EventKind::deployment, 1);
  }
}

/// All are out of the routers' sight before the first one hands anything back.
void Deployments::drain(std::span<const InstanceId> leaving, std::optional<Seconds> limit, const std::string& cause) {
  const auto config = [&](InstanceId id) -> const DrainConfig& {
    return fleet_.variants()[fleet_.view()[id].variant].spec.config.drain;
  };
  for (const InstanceId id : leaving) {
    ++result_.drains;
    fleet_.set_status(id, Status::draining);
    life(id).event = log_.happened("drain", fleet_.name(id), cause, queue_.now());
    drain_until(id, queue_.now() + limit.value_or(config(id).limit));
  }
  for (const InstanceId id : leaving) {
    if (config(id).requeue_waiting) requeue_waiting(id, 1.0);
    fleet_.look_whether_drained(id);
  }
}

void Deployments::hurry(InstanceId id, Seconds limit) {
  drain_until(id, std::min(life(id).drained_by, queue_.now() + limit));
}

void Deployments::drain_until(InstanceId id, Seconds date) {
  life(id).drained_by = date;
  queue_.set_timer(EventKind::deployment, id.index(), date);
}

void Deployments::requeue_waiting(InstanceId id, double newest_fraction) {
  std::vector<Sequence> back = std::move(handed_back_);
  back.clear();
  fleet_.instances()[id.index()].hand_back_waiting(newest_fraction, queue_.now(), back);
  fleet_.touched(id);
  hand_back(back);
  handed_back_ = std::move(back);
}

void Deployments::hand_back(std::span<const Sequence> sequences) {
  result_.requeued += sequences.size();
  for (const Sequence& sequence : sequences) {
    fleet_.forget_expected(sequence);
    desk_->again(sequence);
  }
}

void Deployments::squash(InstanceId id, double targets) {
  std::vector<Sequence> dropped;
  fleet_.instances()[id.index()].squash(
      [&](const Sequence& sequence) {
        return queue_.now() - sequence.request.arrival > desk_->ttft_target(sequence.request) * targets;
      },
      queue_.now(), dropped);
  fleet_.touched(id);
  for (const Sequence& sequence : dropped) {
    fleet_.forget_expected(sequence);
    desk_->squashed(sequence.request);
  }
}

/// A phase of a start is over, or the time of a draining instance.
void Deployments::next(const Event& event) {
  const InstanceId id(event.target);
  queue_.set_timer(EventKind::deployment, id.index(), PowerLimiter::kNever);
  if (fleet_.view()[id].status == Status::draining) {
    std::vector<Sequence> back;
    fleet_.instances()[id.index()].hand_back_all(queue_.now(), back);
    fleet_.touched(id);
    hand_back(back);
    return fleet_.look_whether_drained(id);  // not while KV caches travel from it or to it
  }
  ++life(id).phase;
  enter_phase(id);
}

void Deployments::drained(InstanceId id) {
  log_.end(life(id).event, queue_.now());
  stop(id, "drained");
}

void Deployments::vacated(SliceId) {
  start_those_that_fit();
}

void Deployments::stop(InstanceId id, const std::string& why) {
  ++result_.stops;
  log_.happened("stop", fleet_.name(id), why, queue_.now());
  changes(id);
  queue_.set_timer(EventKind::deployment, id.index(), PowerLimiter::kNever);
  fleet_.remove_instance(id);
}

void Deployments::start_those_that_fit() {
  for (std::size_t i = 0; i < waiting_.size();) {
    const Member& member = waiting_[i].member;
    const auto gpus = static_cast<std::uint16_t>(fleet_.variants()[member.variant].spec.gpus);
    if (!fleet_.are_free(member.server, member.first_gpu, gpus)) {
      ++i;
      continue;
    }
    Waiting next = std::move(waiting_[i]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    start(std::move(next));
  }
}

void Deployments::start(Waiting waiting) {
  const Member& member = waiting.member;
  ++result_.starts;
  result_.reshards += waiting.is_reshard;
  const InstanceId id =
      fleet_.add_instance(member.variant, member.pool, {&member.server, 1}, member.first_gpu, Status::starting);
  queue_.add_timers(EventKind::deployment, 1);
  life(id) = {std::move(waiting.phases), 0, log_.happened("start", fleet_.name(id), waiting.cause, queue_.now())};
  fleet_.instances()[id.index()].prepare(life(id).phases.front().per_gpu, queue_.now());  // however short its phases
  changes(id);
  enter_phase(id);
}

/// The next phase that lasts; behind the last one the instance serves, or its start has failed.
void Deployments::enter_phase(InstanceId id) {
  Life& its = life(id);
  while (its.phase < its.phases.size() && its.phases[its.phase].duration <= Seconds()) ++its.phase;
  if (its.phase == its.phases.size()) return serve(id);
  fleet_.instances()[id.index()].prepare(its.phases[its.phase].per_gpu, queue_.now());
  fleet_.touched(id);
  queue_.set_timer(EventKind::deployment, id.index(), queue_.now() + its.phases[its.phase].duration);
}

void Deployments::serve(InstanceId id) {
  log_.end(life(id).event, queue_.now());
  const double failing = fleet_.variants()[fleet_.view()[id].variant].spec.start.failure_fraction;
  if (failing > 0 && failures_.uniform() < failing) {
    ++result_.failed_starts;
    log_.happened("start_failed", fleet_.name(id), "drawn", queue_.now());
    changes(id);
    return fleet_.remove_instance(id);
  }
  if (fleet_.view().server(fleet_.server_of(id)).leaving) return stop(id, "its server is about to go");
  fleet_.instances()[id.index()].open(queue_.now());
  fleet_.set_status(id, Status::up);
  fleet_.touched(id);
}

void Deployments::give_up_moves(ServerId server) {
  for (auto& moving : moving_)
    if (moving && moving->server == server) {
      fleet_.view().server(server).moving = false;
      moving.reset();
    }
}

void Deployments::clear(ServerId server, std::uint16_t first_gpu, std::uint16_t gpus, const std::string& cause) {
  std::erase_if(waiting_, [&](const Waiting& waiting) {
    const Member& member = waiting.member;
    return member.server == server &&
           overlap(member.first_gpu, fleet_.variants()[member.variant].spec.gpus, first_gpu, gpus);
  });
  give_up_moves(server);
  std::vector<InstanceId> serving;
  const std::vector<SliceState> slices = fleet_.view().server(server).slices;
  for (const SliceState& slice : slices) {
    if (!slice.instance || !overlap(slice.first_gpu, slice.gpus, first_gpu, gpus)) continue;
    if (fleet_.view()[*slice.instance].status == Status::up) serving.push_back(*slice.instance);
    if (fleet_.view()[*slice.instance].status != Status::starting) continue;
    log_.end(life(*slice.instance).event, queue_.now());
    stop(*slice.instance, cause);
  }
  drain(serving, std::nullopt, cause);
}

/// What was starting, draining or waiting on these servers is gone with their power.
void Deployments::power_cut(std::span<const ServerId> servers) {
  const auto is_gone = [&](ServerId server) { return std::ranges::find(servers, server) != servers.end(); };
  std::erase_if(waiting_, [&](const Waiting& waiting) { return is_gone(waiting.member.server); });
  for (const ServerId server : servers) give_up_moves(server);
  for (const ServerId server : servers)
    for (const InstanceId id : fleet_.instances_on(server)) {
      if (fleet_.view()[id].status == Status::up) continue;
      log_.end(life(id).event, queue_.now());
      fleet_.instances()[id.index()].shut_down(queue_.now());
      stop(id, "power cut");
    }
}

FleetResult Deployments::finish() {
  fleet_.gpu_books().settle(queue_.now());
  for (std::size_t i = 0; i < GpuBooks::kUses; ++i)
    result_.gpu_hours[word_of(static_cast<GpuUse>(i))] =
        fleet_.gpu_books().gpu_seconds(static_cast<GpuUse>(i)).value() / 3600;
  return result_;
}

}  // namespace headroom

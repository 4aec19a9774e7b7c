#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "headroom/batch_scheduler.hpp"

namespace headroom::splitwise {

/// Of a request: its prompt, which is one step, or its answer, a step a token.
struct Task {
  std::uint32_t entry;
  bool answers;
  bool operator==(const Task&) const = default;
};

struct TaskState {
  bool here = false;     ///< has arrived and is not done
  bool begun = false;    ///< has been in a batch, so that its memory is booked
  bool blocked = false;  ///< was taken out of a batch
  std::uint32_t skipped = 0;
};

/// A request on an instance.
struct Entry {
  std::uint64_t id;
  double arrival_s;
  std::uint32_t prompt_tokens;
  std::uint32_t answer_tokens;  ///< but the first
  TaskState prompt, answer;
  bool chosen = false;
  std::uint32_t place = 0;  ///< in the view, at this plan
  bool runs = false;        ///< there, among those that run

  TaskState& of(Task task) { return task.answers ? answer : prompt; }
};

/// What the scheduler keeps of an instance. `waiting` is in order only of the keys that held at each insertion.
struct Books {
  std::vector<Entry> entries;
  std::vector<std::uint32_t> free;
  std::vector<std::uint32_t> pool;  ///< entries by arrival
  std::vector<Task> batch, waiting, prompts, blocked, chosen;
  std::uint64_t weight = 0;           ///< tokens of the batch as it was chosen
  std::optional<std::uint32_t> late;  ///< whose answer arrives right behind its prompt, which may begin before

  TaskState& of(Task task) { return entries[task.entry].of(task); }
  [[nodiscard]] std::uint64_t weight_of(Task task) const {
    return task.answers ? 1 : entries[task.entry].prompt_tokens;
  }
  /// KV memory that it books when it begins.
  [[nodiscard]] std::uint64_t need_of(Task task) {
    if (of(task).begun) return 0;
    const Entry& entry = entries[task.entry];
    return task.answers ? entry.answer_tokens : entry.prompt_tokens + std::uint64_t{1};
  }
  /// Whether `a` comes before `b` in the queue, by how often they were passed over, then by arrival.
  [[nodiscard]] bool before(Task a, Task b) {
    if (of(a).skipped != of(b).skipped) return of(a).skipped < of(b).skipped;
    return entries[a.entry].arrival_s < entries[b.entry].arrival_s;
  }
  void queue(Task task) {
    std::size_t low = 0, high = waiting.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (before(task, waiting[middle])) high = middle;
      else low = middle + 1;
    }
    waiting.insert(waiting.begin() + static_cast<std::ptrdiff_t>(low), task);
  }
  void arrive(Task task) {
    of(task).here = true;
    queue(task);
    if (!task.answers) prompts.push_back(task);
  }
  /// The unfinished task of a request that comes first.
  [[nodiscard]] Task first_of(std::uint32_t entry) const { return {entry, !entries[entry].prompt.here}; }

  /// That it still has to make here, its next one aside where that comes with its prompt.
  static std::uint32_t answer_tokens_of(const Sequence& sequence) {
    if (sequence.decode_at) return 0;
    const std::uint32_t left = sequence.request.output_tokens - sequence.generated_tokens;
    return sequence.decoding() ? left : left - 1;
  }
  std::uint32_t add(const Sequence& sequence) {
    if (free.empty()) {
      free.push_back(static_cast<std::uint32_t>(entries.size()));
      entries.emplace_back();
    }
    const std::uint32_t at = free.back();
    free.pop_back();
    const Request& request = sequence.request;
    entries[at] = {request.id, request.arrival.value(), sequence.prompt_tokens, answer_tokens_of(sequence), {}, {}};
    const auto place = std::ranges::upper_bound(pool, request.arrival.value(), {},
                                                [this](std::uint32_t entry) { return entries[entry].arrival_s; });
    pool.insert(place, at);
    return at;
  }
  void leave(Task task) {
    for (auto* list : {&batch, &waiting, &prompts, &blocked}) std::erase(*list, task);
    of(task) = {};
    Entry& entry = entries[task.entry];
    if (entry.prompt.here || entry.answer.here || late == task.entry) return;
    std::erase(pool, task.entry);
    free.push_back(task.entry);
  }
};

}  // namespace headroom::splitwise

#include <algorithm>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/recipe.hpp"
#include "policy/batching/splitwise_books.hpp"

namespace headroom {
/// SplitwiseSim's scheduler (Splitwise, ISCA'24; docs/step_tables.md says its rules): whole prompts and decodes share
/// steps of at most so many tokens, prompts first; the answer of a request is booked in KV memory when it begins;
/// decodes that do not fit beside prompts are set aside, and go first once they were passed over too often.
class Splitwise : public BatchScheduler {
  using Books = splitwise::Books;
  using Entry = splitwise::Entry;
  using Task = splitwise::Task;

 public:
  void fields(Fields& f) override {
    f("max_batch_tasks", most_tasks_, "most prompts and answers in one step", Range::between(1, 65536));
    f("max_batch_tokens", most_tokens_, "most tokens in one step; a longer prompt goes alone", Range::between(1, 1e7));
    f("starving_after", starving_after_, "a request that was passed over so often goes first", Range::between(1, 1e6));
  }

  [[nodiscard]] std::uint32_t most_sequences() const override { return most_tasks_; }
  [[nodiscard]] KvBooking booking() const override { return KvBooking::whole_answer; }

  [[nodiscard]] bool hears_of_arrivals() const override { return true; }
  bool arrived(const InstanceView& view, const Sequence& sequence) override {
    Books& books = books_of(view.id);
    const std::uint32_t entry = books.add(sequence);
    const Task prompt{entry, false}, answer{entry, true};
    const bool has_answer = books.entries[entry].answer_tokens > 0;
    const bool idle = books.batch.empty();
    const std::uint64_t free = view.kv_free_tokens();
    bool asks = false;
    if (!sequence.decoding()) {
      books.arrive(prompt);
      asks = idle ? books.need_of(prompt) <= free : cuts(books, prompt);
      if (idle && asks && has_answer) books.late = entry;
    }
    if (!has_answer || books.late == entry) return asks;
    books.arrive(answer);
    return asks || (idle ? books.need_of(answer) <= free : cuts(books, answer));
  }

  bool freed(const InstanceView& view) override {
    Books& books = books_of(view.id);
    if (books.waiting.empty()) return false;
    if (books.batch.empty()) return books.need_of(books.waiting.front()) <= view.kv_free_tokens();
    return books.batch.size() < most_tasks_ && books.weight < most_tokens_;
  }

  void plan(const InstanceView& view, StepPlan& plan) override {
    Books& books = books_of(view.id);
    settle(books, view);
    choose(books, view);
    if (books.late) {
      const Task answer{*books.late, true};
      books.arrive(answer);
      books.late.reset();
      const bool began = !books.batch.empty();
      if (!began && books.need_of(answer) <= view.kv_free_tokens()) choose(books, view);
      if (began && cuts(books, answer)) plan.steps = 1;
    }
    write(books, view, plan);
  }

 private:
  Books& books_of(InstanceId id) {
    if (books_.size() <= id.index()) books_.resize(id.index() + 1);
    return books_[id.index()];
  }

  /// Whether the step under way is the last of its run because this task came.
  [[nodiscard]] bool cuts(Books& books, Task task) const {
    const std::uint64_t weight = books.weight_of(task);
    if (books.batch.size() < most_tasks_ && books.weight + weight <= most_tokens_) return true;
    const auto answers = static_cast<std::uint64_t>(std::ranges::count_if(books.batch, &Task::answers));
    return !task.answers && answers > 0 && books.weight - answers + weight <= most_tokens_;
  }

  /// Strikes out what is done or gone, in order of the batch.
  void settle(Books& books, const InstanceView& view) {
    places_.clear();
    for (std::uint32_t i = 0; i < view.running.size(); ++i)
      places_[view.running[i].request.id] = {i, true, &view.running[i]};
    for (std::uint32_t i = 0; i < view.waiting.size(); ++i)
      places_[view.waiting[i].request.id] = {i, false, &view.waiting[i]};
    const std::vector<std::uint32_t> pool = books.pool;
    for (const std::uint32_t at : pool) {
      const auto place = places_.find(books.entries[at].id);
      const bool gone = place == places_.end();
      if (!gone) books.entries[at].place = place->second.index;
      if (!gone) books.entries[at].runs = place->second.runs;
      const bool prompt_done = gone || place->second.sequence->decoding();
      if (books.entries[at].prompt.here && prompt_done) books.leave({at, false});
      if (books.entries[at].answer.here && gone) books.leave({at, true});
    }
  }

  /// Chooses the next batch among all that are here.
  void choose(Books& books, const InstanceView& view) {
    Selection selection{*this, books, view.kv_used_tokens, view.kv_capacity_tokens};
    selection.starving();
    selection.take(books.prompts);
    selection.take(books.blocked);
    selection.take(books.batch);
    selection.first_tasks();
    books.weight = selection.weight;
    for (const Task task : books.batch) {
      if (std::ranges::find(books.chosen, task) != books.chosen.end()) continue;
      books.of(task).blocked = true;
      books.queue(task);
      books.blocked.push_back(task);
    }
    std::erase_if(books.batch, [&](Task task) { return books.of(task).blocked; });
    for (const Task task : books.chosen) {
      if (std::ranges::find(books.batch, task) != books.batch.end()) continue;
      for (auto* list : {&books.waiting, &books.prompts, &books.blocked}) std::erase(*list, task);
      books.of(task).blocked = false;
      books.of(task).begun = true;
      books.batch.push_back(task);
    }
    for (const std::uint32_t entry : books.pool) {
      if (!books.entries[entry].chosen) ++books.of(books.first_of(entry)).skipped;
      books.entries[entry].chosen = false;
    }
    books.chosen.clear();
  }

  /// The five passes by which a batch is filled.
  struct Selection {
    const Splitwise& rules;
    Books& books;
    std::uint64_t used;
    std::uint64_t capacity;
    std::uint64_t weight = 0;

    [[nodiscard]] bool is_full() const { return books.chosen.size() >= rules.most_tasks_; }
    [[nodiscard]] bool overflows(Task task) const {
      return !books.chosen.empty() && weight + books.weight_of(task) > rules.most_tokens_;
    }
    [[nodiscard]] bool fits(Task task) const { return used + books.need_of(task) <= capacity; }
    void choose(Task task) {
      weight += books.weight_of(task);
      used += books.need_of(task);
      books.entries[task.entry].chosen = true;
      books.chosen.push_back(task);
    }
    /// Those passed over too often, as far as they stand in front.
    void starving() {
      for (const Task task : books.waiting) {
        if (is_full() || books.of(task).skipped < rules.starving_after_ || overflows(task)) return;
        if (!books.entries[task.entry].chosen && fits(task)) choose(task);
      }
    }
    /// In order, until one is too much.
    void take(const std::vector<Task>& tasks) {
      for (const Task task : tasks) {
        if (is_full() || overflows(task)) return;
        if (books.entries[task.entry].chosen) continue;
        if (!fits(task)) return;
        choose(task);
      }
    }
    void first_tasks() {
      for (const std::uint32_t entry : books.pool) {
        if (is_full()) return;
        if (books.entries[entry].chosen) continue;
        const Task task = books.first_of(entry);
        if (overflows(task) || !fits(task)) return;
        choose(task);
      }
    }
  };

  static void write(Books& books, const InstanceView& view, StepPlan& plan) {
    plan.waits = books.batch.empty();
    std::vector<bool> decodes(view.running.size());
    for (const Task task : books.batch) {
      const Entry& entry = books.entries[task.entry];
      if (task.answers) plan.decode = true;
      if (task.answers && entry.runs) decodes[entry.place] = true;
      else plan.admissions.push_back(entry.place);
    }
    std::ranges::sort(plan.admissions);
    auto running = static_cast<std::uint32_t>(view.running.size());
    for (const std::uint32_t index : plan.admissions) {
      if (!view.waiting[index].decoding()) plan.prefill.push_back({running, view.waiting[index].prompt_tokens});
      ++running;
    }
    for (std::uint32_t i = 0; i < decodes.size(); ++i)
      if (!decodes[i] && view.running[i].decoding()) plan.paused.push_back(i);
  }

  struct Place {
    std::uint32_t index;
    bool runs;
    const Sequence* sequence;
  };

  std::uint32_t most_tasks_ = 512;
  std::uint64_t most_tokens_ = 2048;
  std::uint32_t starving_after_ = 4;
  std::vector<Books> books_;                         ///< by instance
  std::unordered_map<std::uint64_t, Place> places_;  ///< of requests in the view
};

namespace kinds {
Kind<BatchScheduler> splitwise() {
  return kind_of<BatchScheduler, Splitwise>(
      "splitwise", "whole prompts beside decodes, answers booked whole in KV memory (SplitwiseSim)");
}
}  // namespace kinds

}  // namespace headroom

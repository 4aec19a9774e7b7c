#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "headroom/batch_scheduler.hpp"
#include "headroom/recipe.hpp"

namespace headroom {
/// Vidur's Sarathi scheduler (MLSys'24; docs/step_tables.md says its rules): all decode, then chunks of prompts up to a
/// budget, in blocks of KV memory, of which some stay free at an admission. Where none is left for a decode, the last
/// of the running is prefilled anew, from the front of the queue.
class Sarathi : public BatchScheduler {
 public:
  void fields(Fields& f) override {
    f("max_batch_sequences", most_, "most sequences in a step, and most that hold KV memory", Range::between(1, 65536));
    f("chunk_tokens", budget_, "prompts get what decodes leave of so many tokens in a step", Range::between(1, 1e7));
    f("block_tokens", block_, "tokens in a block of KV memory", Range::between(1, 65536));
    f("watermark_fraction", watermark_, "of the blocks, rounded down: these stay free when a request is admitted",
      Range::fraction());
  }

  [[nodiscard]] std::uint32_t most_sequences() const override { return static_cast<std::uint32_t>(most_); }
  [[nodiscard]] KvBooking booking() const override { return KvBooking::by_scheduler; }

  [[nodiscard]] bool hears_of_arrivals() const override { return true; }
  bool arrived(const InstanceView& view, const Sequence& sequence) override {
    books_of(view.id).queue.push_back(sequence.request.id);
    return true;
  }

  void plan(const InstanceView& view, StepPlan& plan) override {
    Forming forming{*this, books_of(view.id), view, plan, view.kv_capacity_tokens / block_};
    forming.settle(places_);
    forming.decodes();
    forming.prompts();
    forming.admissions(places_);
    forming.write();
  }

 private:
  /// A request on an instance that holds blocks of KV memory.
  struct Held {
    std::uint64_t id;
    double arrival_s;
    std::uint64_t blocks;
    std::uint32_t place = 0;  ///< in the view's running sequences, at this plan
  };

  /// What the scheduler keeps of an instance.
  struct Books {
    std::deque<std::uint64_t> queue;  ///< requests that hold nothing
    std::vector<Held> running;        ///< were in the last batch and are not done, or stand aside
    std::vector<Held> batch;
    std::uint64_t used_blocks = 0;
  };

  struct Forming {
    const Sarathi& rules;
    Books& books;
    const InstanceView& view;
    StepPlan& plan;
    std::uint64_t blocks;
    std::vector<Held> aside{};
    std::vector<bool> decoding{};
    std::uint64_t tokens = 0;

    [[nodiscard]] const Sequence& sequence(const Held& held) const { return view.running[held.place]; }
    /// Tokens of its context, its newest one included.
    [[nodiscard]] std::uint64_t processed(const Held& held) const {
      const Sequence& of = sequence(held);
      return of.decoding() ? of.prompt_tokens + 1 + of.decoded(view.decode_counter) : of.prefilled_tokens;
    }
    [[nodiscard]] std::uint64_t blocks_for(std::uint64_t context) const {
      return (context + rules.block_ - 1) / rules.block_;
    }
    [[nodiscard]] std::uint64_t free() const { return blocks - books.used_blocks; }

    /// The end of the last batch: who is done is gone, the others go to the end of the running.
    void settle(std::unordered_map<std::uint64_t, std::uint32_t>& places) {
      places.clear();
      for (std::uint32_t i = 0; i < view.running.size(); ++i) places[view.running[i].request.id] = i;
      books.running.insert(books.running.end(), books.batch.begin(), books.batch.end());
      books.batch.clear();
      std::erase_if(books.running, [&](Held& held) {
        const auto place = places.find(held.id);
        if (place == places.end()) {
          books.used_blocks -= held.blocks;
          return true;
        }
        held.place = place->second;
        // What it took at each step since the last plan.
        const bool has_decoded = sequence(held).decoding() && sequence(held).decoded(view.decode_counter) > 0;
        const std::uint64_t taken = has_decoded ? blocks_for(processed(held) - 1) : 0;
        if (taken > held.blocks) {
          books.used_blocks += taken - held.blocks;
          held.blocks = taken;
        }
        return false;
      });
      places.clear();
      for (std::uint32_t i = 0; i < view.waiting.size(); ++i) places[view.waiting[i].request.id] = i;
      std::erase_if(books.queue, [&](std::uint64_t id) { return !places.contains(id); });
    }

    void restart(const Held& held) {
      books.used_blocks -= held.blocks;
      books.queue.push_front(held.id);
      plan.preemptions.push_back(held.place);
    }

    void decodes() {
      decoding.resize(view.running.size());
      std::deque<Held> left(books.running.begin(), books.running.end());
      while (!left.empty() && books.batch.size() < rules.most_) {
        Held held = left.front();
        left.pop_front();
        if (!sequence(held).decoding()) {
          aside.push_back(held);
          continue;
        }
        bool restarted = false;
        while (free() == 0 && !restarted) {
          restarted = left.empty();
          restart(restarted ? held : left.back());
          if (!restarted) left.pop_back();
        }
        if (restarted) continue;
        if (processed(held) > rules.block_ * held.blocks) {
          ++held.blocks;
          ++books.used_blocks;
        }
        ++tokens;
        decoding[held.place] = true;
        books.batch.push_back(held);
      }
      books.running.assign(left.begin(), left.end());
    }

    void prompts() {
      std::vector<Held> skipped;
      for (const Held& held : aside) {
        const std::uint64_t chunk = std::min<std::uint64_t>(sequence(held).to_prefill(), room());
        if (chunk == 0) {
          skipped.push_back(held);
          continue;
        }
        tokens += chunk;
        books.batch.push_back(held);
        plan.prefill.push_back({held.place, static_cast<std::uint32_t>(chunk)});
      }
      books.running.insert(books.running.begin(), skipped.begin(), skipped.end());
      std::ranges::stable_sort(books.running, {}, &Held::arrival_s);
    }
    [[nodiscard]] std::uint64_t room() const { return rules.budget_ - std::min(rules.budget_, tokens); }

    void admissions(const std::unordered_map<std::uint64_t, std::uint32_t>& places) {
      const auto watermark = static_cast<std::uint64_t>(rules.watermark_ * static_cast<double>(blocks));
      while (!books.queue.empty() && books.batch.size() < rules.most_ &&
             books.running.size() + books.batch.size() < rules.most_) {
        const auto place = places.find(books.queue.front());
        if (place == places.end()) return;  // taken out of the batch just now
        const Sequence& next = view.waiting[place->second];
        const std::uint64_t needed = blocks_for(next.prompt_tokens);
        const std::uint64_t chunk = std::min<std::uint64_t>(next.prompt_tokens, room());
        if (free() < needed + watermark || chunk == 0) return;
        books.queue.pop_front();
        books.used_blocks += needed;
        tokens += chunk;
        books.batch.push_back({next.request.id, next.request.arrival.value(), needed});
        admitted.push_back({place->second, static_cast<std::uint32_t>(chunk)});
      }
    }

    /// Puts it as plans are put: indices in order, those of chunks behind what pre-emptions leave.
    void write() {
      std::ranges::sort(plan.preemptions, std::ranges::greater());
      std::ranges::sort(plan.prefill, {}, &StepPlan::Chunk::running);
      std::ranges::sort(admitted, {}, &Admission::place);
      const auto kept_place = [&](std::uint32_t place) {
        return place - static_cast<std::uint32_t>(
                           std::ranges::count_if(plan.preemptions, [&](std::uint32_t out) { return out < place; }));
      };
      for (auto& chunk : plan.prefill) chunk.running = kept_place(chunk.running);
      auto running = static_cast<std::uint32_t>(view.running.size() - plan.preemptions.size());
      for (const Admission& admission : admitted) {
        plan.admissions.push_back(admission.place);
        plan.prefill.push_back({running++, admission.chunk});
      }
      std::uint32_t decodes = 0;
      for (std::uint32_t i = 0; i < view.running.size(); ++i) {
        if (decoding[i]) ++decodes;
        else if (view.running[i].decoding() && std::ranges::find(plan.preemptions, i) == plan.preemptions.end())
          plan.paused.push_back(kept_place(i));
      }
      plan.decode = decodes > 0;
      plan.waits = books.batch.empty();
      if (decodes > 0) plan.steps = 1 + safe_steps(decodes);
    }
    /// So many more steps surely find a block for each decode that needs one, and one left.
    [[nodiscard]] std::uint64_t safe_steps(std::uint64_t decodes) const {
      return free() == 0 ? 0 : rules.block_ * ((free() - 1) / decodes);
    }

    struct Admission {
      std::uint32_t place;
      std::uint32_t chunk;
    };
    std::vector<Admission> admitted{};
  };

  Books& books_of(InstanceId id) {
    if (books_.size() <= id.index()) books_.resize(id.index() + 1);
    return books_[id.index()];
  }

  std::uint64_t most_ = 512;
  std::uint64_t budget_ = 512;
  std::uint64_t block_ = 16;
  double watermark_ = 0.01;
  std::vector<Books> books_;                                 ///< by instance
  std::unordered_map<std::uint64_t, std::uint32_t> places_;  ///< of requests in the view
};

namespace kinds {
Kind<BatchScheduler> sarathi() {
  return kind_of<BatchScheduler, Sarathi>("sarathi",
                                          "decodes, then chunks of prompts, in blocks of KV memory (Vidur's Sarathi)");
}
}  // namespace kinds

}  // namespace headroom

#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "fleet/fleet.hpp"
#include "fleet/hand_overs.hpp"
#include "fleet/stage_desk.hpp"
#include "headroom/planner.hpp"
#include "headroom/world.hpp"
#include "jobs/artefacts.hpp"
#include "jobs/backlog.hpp"
#include "jobs/question.hpp"
#include "kernel/run_end.hpp"
#include "metrics/graph_result.hpp"
#include "metrics/reuse_result.hpp"
#include "metrics/run_listener.hpp"
#include "workflow/deadlines.hpp"
#include "workflow/graph_stream.hpp"
#include "workflow/job_graph.hpp"
#include "workflow/query_oracle.hpp"

namespace headroom {

/// The job graphs of a run. A stage whose predecessors are done waits by pool, in the order (deadline, job, stage),
/// until an instance takes it as a request; one that was lost waits again.
class JobTracker final : public RunListener, public SliceWatch, public ParcelDesk {
 public:
  /// All outlive this.
  struct Surroundings {
    const World& world;
    const ClassTable& classes;
    Fleet& fleet;
    StageDesk& desk;
    PromptPrefixes* prompts;  ///< none: no instance keeps prefixes
    RunEnd& end;
    EventQueue& queue;
    HandOvers* hand_overs;                    ///< none: there is no network
    std::span<RunListener* const> listeners;  ///< hear of stages that are done
  };
  JobTracker(const Scenario& scenario, const Surroundings& around);

  void start();

  void completed(const Sequence& sequence, InstanceId instance, Seconds now) override;
  std::uint32_t progressed(const Sequence& sequence, InstanceId instance) override;
  void cancelled(const Sequence& sequence, InstanceId instance) override;
  void rejected(const Request& request) override { submit_again(request); }
  void turned_away(const Sequence& sequence) override { lose(sequence); }
  void lost(const Sequence& sequence, InstanceId) override { lose(sequence); }
  void opened(InstanceId) override { ask_to_dispatch(); }
  void ran_dry(InstanceId) override { ask_to_dispatch(); }

  void power_cut(std::span<const ServerId> servers) override;
  void parcel_came(std::uint32_t reuse) override { part_done(reuse); }
  void parcel_lost(std::uint32_t reuse) override { part_lost(reuse); }

  [[nodiscard]] std::vector<GraphResult> finish();
  [[nodiscard]] std::optional<ReuseResult> finish_reuse() const;

 private:
  static constexpr std::uint64_t kFirstId = std::uint64_t{1} << 52;  ///< of requests that are stages
  static constexpr std::uint8_t kUndecided = 255;
  static constexpr Seconds kNoDate{std::numeric_limits<double>::infinity()};

  /// A stage of a stream's jobs, and where it runs.
  struct StagePlan {
    PoolId pool;
    Request request;                ///< of its nodes; the kind of work of the first one is one more
    ClassId recompute_class;        ///< of its layers that are recomputed, where KV caches are taken over
    Seconds usual{};                ///< expected of a node when the run began
    std::vector<std::size_t> path;  ///< from it to what is played, the longest way
  };
  /// How jobs of one configuration are done.
  struct Way {
    JobGraph graph;
    std::vector<StagePlan> stages;
  };
  struct Stream {
    const GraphStreamConfig* config = nullptr;
    std::vector<ConfiguredGraph> configured;
    std::vector<Way> ways;  ///< by configuration; without a catalogue one
    std::vector<double> level_fractions;
    std::uint32_t came = 0;
    GraphResult result;
    std::optional<QueryOracle> oracle;   ///< where there is a catalogue
    std::vector<std::size_t> eligible;   ///< its configurations from which is chosen, in order
    std::vector<double> eligible_costs;  ///< of these
    std::uint32_t way = 0;               ///< of jobs as they come
  };
  struct Job {
    std::uint32_t stream = 0;
    std::uint32_t number = 0;  ///< in its stream
    std::uint32_t way = 0;     ///< of its stream; the first, where that is still to be chosen
    Seconds came{};
    std::optional<QueryOracle::Query> query;  ///< where there is a catalogue
    std::size_t left = 0;                     ///< nodes that are not done
    std::unique_ptr<const JobGraph> own;      ///< where it finds out what it consists of
    std::size_t hidden = 0;                   ///< nodes that are not known yet
    bool is_cancelled = false;
    std::vector<std::uint32_t> waits_for;              ///< by node
    std::vector<Seconds> deadlines;                    ///< by node; none where the planner sets none
    std::vector<std::uint8_t> levels;                  ///< by node of scaled stages, where there are levels
    std::vector<Seconds> there;                        ///< by item of what is played
    std::vector<std::unique_ptr<Question>> questions;  ///< by stage, of those with chains
  };
  struct Ready {
    Seconds deadline;
    std::uint32_t job, node;
    Seconds since;
    auto operator<=>(const Ready&) const = default;
  };
  struct UnderWay {
    std::uint32_t job = 0, node = 0;
    Seconds begun{};
    std::uint16_t gpus = 0, cpu_cores = 0;  ///< of who took it, where that works by units
    std::uint32_t reuse = kNone;            ///< where it takes a KV cache over
    bool is_recomputation = false;          ///< of layers, before the stage itself
    float pace = 0;                         ///< of the backlog of its pool, what it does a second
    float kv_bytes_per_token = 0;           ///< of who took it, where it is an LLM call
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  };
  /// From when the predecessors of a stage were done to its end, which is now.
  struct StageRun {
    std::uint32_t job, node;
    std::optional<InstanceId> by;  ///< none: it takes no time
    Seconds ready, begun;
  };
  /// A stage that takes over the KV cache of its context: what of it is to come until it goes on.
  struct Reuse {
    std::uint32_t job = 0, node = 0;
    Request request;
    InstanceId by{};
    Artefacts::Key artefact;
    InstanceId from{};
    std::uint32_t prefix_tokens = 0;
    std::uint32_t recomputed_tokens = 0;  ///< a prompt that takes as long as the layers that are recomputed
    double cache_bytes = 0;               ///< of the layers that are not
    std::uint32_t missing = 0;
    bool is_recomputed = false;  ///< or under way
    bool failed = false;
  };
  /// Of runs where KV caches are taken over.
  struct ReuseBooks {
    Artefacts artefacts;
    std::vector<Reuse> all{};
    std::vector<std::uint32_t> to_go_on{};
    ReuseResult result{};
  };
  struct Sender {
    Planner* planner;
    const ReusePair* pair;
    Artefacts::Key key;
    InstanceId instance;
  };

  void open(Stream& stream);
  void open_catalogue(Stream& stream);
  [[nodiscard]] bool may_use_cores(PoolId pool) const;
  void plan(Stream& stream, Way& way, std::uint32_t first_kind, const Surroundings& around);
  [[nodiscard]] const Way& way_of(const Job& job) const { return streams_[job.stream].ways[job.way]; }
  [[nodiscard]] const JobGraph& graph_of(const Job& job) const { return job.own ? *job.own : way_of(job).graph; }
  [[nodiscard]] const StagePlan& plan_of(const Job& job, std::uint32_t node) const {
    return way_of(job).stages[graph_of(job).stage_of(node)];
  }
  [[nodiscard]] const JobGraph::Stage& stage_of(const Job& job, std::uint32_t node) const {
    return graph_of(job).stages()[graph_of(job).stage_of(node)];
  }
  [[nodiscard]] const VariantSpec& variant_of(InstanceId id) const {
    return fleet_.variants()[fleet_.view()[id].variant].spec;
  }
  [[nodiscard]] ExpectedTime expected_time(const Way& way, std::size_t stage) const;
  [[nodiscard]] Seconds runtime(const StagePlan& stage, bool is_first) const;
  [[nodiscard]] Seconds runtime_at(InstanceId id, const Request& request) const;
  /// Instances of a pool, as those that take so long for a stage as is usual, and what the slowest takes.
  struct PoolSpeed {
    double instances = 0;
    Seconds slowest{};
  };
  [[nodiscard]] PoolSpeed speed_of(const StagePlan& stage) const;
  void happen(const Event& event);
  void come(std::uint32_t stream);
  void begin_in(std::uint32_t job, std::uint32_t way);
  [[nodiscard]] std::vector<Seconds> deadlines_for(const Job& job) const;
  void found_out(Job& job, std::uint32_t node);
  void choose(std::uint32_t job);
  void answer(const Job& job);
  void count_tokens(const Job& job, const Request& call);
  /// The stage behind which the configuration of a job is chosen, which comes before all others.
  [[nodiscard]] static bool is_chooser(const Job& job, std::uint32_t node) { return job.query && node == 0; }
  [[nodiscard]] bool is_to_choose(const Job& job) const { return streams_[job.stream].config->is_chosen_by_job(); }
  void release(std::uint32_t job, std::uint32_t node);
  void done(std::uint32_t job, std::uint32_t node);
  void pass(std::uint32_t job, std::uint32_t node);
  void ask_questions(Job& job, std::uint32_t id);
  /// The question of whose chains a node is one; none where it is none.
  [[nodiscard]] Question* question_of(const Job& job, std::uint32_t node) const;
  [[nodiscard]] std::uint32_t chain_of(const Job& job, std::uint32_t node) const;
  bool cancel_chain(const Job& job, std::uint32_t node, InstanceId heard_from);
  void end_chain(const UnderWay& stage, const Sequence& sequence);
  void end_job(std::uint32_t job);
  void cancel(std::uint32_t job);
  void ask_to_dispatch();
  void dispatch();
  /// Whether the first of those that wait for a pool goes to an instance, or away for good.
  bool dispatch_first(std::vector<Ready>& waiting);
  void begin(const Ready& ready, const Request& request, InstanceId by, std::uint32_t reuse);
  StageDesk::Taken submit(const Ready& ready, const Request& request);
  void share_prompt(const Ready& ready, const Request& request);
  [[nodiscard]] Request request_of(const Ready& ready);
  [[nodiscard]] std::uint64_t context_key(const Job& job) const;
  [[nodiscard]] std::uint32_t context_tokens(const Job& job, std::uint32_t node) const;
  void share_context(const Ready& ready, const Request& request);
  StageDesk::Taken submit_with_context(const Ready& ready, const Request& request);
  [[nodiscard]] std::optional<Sender> sender_of(const Job& job, std::uint32_t node, InstanceId receiver) const;
  [[nodiscard]] Seconds prefill_time(InstanceId instance, std::uint32_t tokens) const;
  [[nodiscard]] std::uint32_t tokens_in(InstanceId instance, Seconds time, std::uint32_t most) const;
  bool begin_reuse(const Ready& ready, const Request& request, InstanceId by);
  void fetch(std::uint32_t reuse, double bytes);
  void part_done(std::uint32_t reuse);
  void part_lost(std::uint32_t reuse);
  void go_on_with_reuses();
  void recompute(std::uint32_t reuse);
  void read_rest(std::uint32_t reuse);
  void end_reuse(std::uint32_t reuse);
  void keep_context(const UnderWay& stage, const Sequence& sequence, InstanceId instance);
  void decide_level(Job& job, std::uint32_t node);
  [[nodiscard]] bool is_left_out(const Job& job, std::uint32_t node) const;
  [[nodiscard]] Seconds done_by(const Way& way, std::size_t stage, double work_fraction) const;
  [[nodiscard]] Seconds work_of(const Job& job, std::uint32_t node) const;
  [[nodiscard]] Backlog& backlog_of(const Job& job, std::uint32_t node) {
    return backlogs_[plan_of(job, node).pool.index()];
  }
  [[nodiscard]] float pace_of(const Job& job, std::uint32_t node, const Request& request, InstanceId by) const;
  UnderWay* under_way(const Request& request);
  void pass_by(std::uint32_t job, std::uint32_t node, Seconds ready);
  void record(const StageRun& run);
  void book(const UnderWay& stage, const Sequence& sequence, bool is_lost);
  [[nodiscard]] double kv_byte_s(const UnderWay& stage, const Sequence& sequence) const;
  void lose(const Sequence& sequence);
  void submit_again(const Request& request);

  const Catalogue& catalogue_;
  Fleet& fleet_;
  StageDesk& desk_;
  RunEnd& end_;
  EventQueue& queue_;
  PromptPrefixes* prompts_;
  HandOvers* hand_overs_;
  std::span<RunListener* const> listeners_;
  std::uint64_t seed_;
  std::vector<std::unique_ptr<Planner>> planners_;
  std::vector<Stream> streams_;
  std::optional<ReuseBooks> reuse_;
  std::vector<Job> jobs_;
  std::vector<UnderWay> under_way_;          ///< by id of the request, from `kFirstId` on
  std::vector<std::vector<Ready>> waiting_;  ///< by pool: heaps, the first on top
  std::vector<Backlog> backlogs_;            ///< by pool: work of items whose level is decided
  std::vector<std::uint32_t> done_next_;     ///< nodes that take no time, while others of their job are done
  std::uint64_t still_to_come_ = 0, under_way_jobs_ = 0;
  bool is_asked_ = false;
};

}  // namespace headroom

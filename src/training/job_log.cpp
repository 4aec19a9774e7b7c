#include "training/job_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "table/table_reader.hpp"

namespace headroom {
namespace {

using ColumnName = std::string_view;
constexpr double kLargestJobGpus = 1e8;
constexpr Range kJobTimes = Range::period();
constexpr auto kSubmits = std::to_array<ColumnName>({"submit", "submit_time", "submitted_time", "creation_time"});
constexpr auto kGpuCounts = std::to_array<ColumnName>({"gpus", "gpu_num", "num_gpu", "num_gpus", "n_gpus"});
constexpr auto kDurations = std::to_array<ColumnName>({"duration", "ElapsedRaw", "Elapsed", "run_time", "runtime"});
constexpr auto kIds = std::to_array<ColumnName>({"JobID", "job_id", "JobIDRaw"});
constexpr auto kKind = std::to_array<ColumnName>({"kind"});
/// Columns that tell kinds apart where there are several shapes.
constexpr auto kOtherKinds = std::to_array<ColumnName>({"Partition", "type", "job_type", "vc", "queue"});
/// Columns of sacct that say nothing about the power of a job, or the same as others.
constexpr auto kOfSacct =
    std::to_array<ColumnName>({"JobIDRaw", "JobName",   "User",    "Account",    "Partition", "QOS",      "Eligible",
                               "Start",    "End",       "Elapsed", "ElapsedRaw", "ReqTRES",   "NNodes",   "AllocNodes",
                               "NCPUS",    "AllocCPUS", "ReqMem",  "ExitCode",   "NodeList",  "Timelimit"});
/// Fields of the standard workload format up to its requested processors; ten more follow.
constexpr auto kOfSwf = std::to_array<ColumnName>(
    {"job", "submit", "wait", "run", "processors", "cpu_time", "memory", "requested", "requested_time",
     "requested_memory", "status", "user", "group", "program", "queue", "partition", "preceding", "think_time"});

std::optional<std::size_t> found_column(TableReader& table, ColumnName name) {
  return table.find({name, std::span(&name, 1)});
}

std::optional<std::size_t> first_of(TableReader& table, std::span<const ColumnName> names) {
  for (const ColumnName& name : names)
    if (const auto found = found_column(table, name)) return found;
  return std::nullopt;
}

bool is_swf(const std::string& path, const JobTraceConfig& config) {
  std::filesystem::path name(path);
  if (name.extension() == ".gz" || name.extension() == ".zst") name = name.stem();
  return config.format ? *config.format == JobTraceFormat::swf : name.extension() == ".swf";
}

TableFormat format_of(const std::string& path, const JobTraceConfig& config) {
  TableFormat format{.subject = "job trace", .columns_pointer = "/workload/job_trace/columns"};
  if (!is_swf(path, config)) return format;
  format.delimiter = ' ';
  format.comment = ';';
  format.header.assign(kOfSwf.begin(), kOfSwf.end());
  return format;
}

/// Reads the rows of one file.
class JobTable {
 public:
  JobTable(const std::string& path, const JobTraceConfig& config)
      : table_(path, format_of(path, config)), config_(config), is_swf_(headroom::is_swf(path, config)) {
    tres_ = found_column(table_, "AllocTRES");
    if (!tres_) tres_ = found_column(table_, "ReqTRES");
    const bool is_sacct = config.format ? *config.format == JobTraceFormat::sacct : tres_.has_value();
    skips_failed_ = config.failed_rows ? *config.failed_rows == FailedRows::skip : is_sacct || is_swf_;
    find_columns();
    if (is_sacct)
      for (const ColumnName name : kOfSacct) (void)found_column(table_, name);
  }

  void read(JobLog& log) {
    while (table_.next()) {
      if (is_step()) continue;
      if (is_part()) {
        ++log.parts;
        continue;
      }
      if (!style_) find_style(log);
      LoggedJob job{.submit = table_.time(submit_, *style_), .gpus = 0, .kind = {}, .where = table_.where()};
      if (const auto zones = table_.has_zones(); zones && log.has_zones.value_or(*zones) != *zones)
        table_.fail("is on another clock than the files before: only some have dates with a zone");
      log.has_zones = table_.has_zones();
      if (kind_) job.kind = table_.cell(*kind_);
      if (!log.first || is_before(job.submit, *log.first)) log.first = job.submit;
      job.duration = Seconds(duration_s());
      if (duration_ && start_ && end_) compare_with_dates(job.duration.value());
      const double gpus = job.duration > Seconds() ? gpu_count() : 0;
      if (gpus <= 0) {
        refuse_failed(job.duration);
        ++log.failed;
        continue;
      }
      if (still_ran()) {
        if (config_.running_jobs == RunningJobs::refuse)
          table_.fail("the job had not ended: leave it out, or set running_jobs to \"cut\"");
        job.is_running = true;
      }
      job.gpus = static_cast<std::uint32_t>(gpus);
      log.add(identity(), std::move(job));
    }
  }

  /// What was taken for the durations where the file leaves a doubt.
  [[nodiscard]] std::vector<std::string> doubts() const {
    std::vector<std::string> said;
    if (!duration_) return said;
    const Column& column = table_.columns()[*duration_];
    if (contradictions_ > 0)
      said.push_back(counted(contradictions_, "duration") + " of column " + in_quotes(column.name) +
                     " used, though end - start says otherwise, by up to " + shortest(largest_difference_s_) + " s");
    if (!is_swf_ && has_bare_duration_ && column.key != "elapsedraw" && !has_compared_ && has_dates_)
      said.push_back("the durations of column " + in_quotes(column.name) + " say no unit: taken for seconds");
    return said;
  }

  [[nodiscard]] std::vector<std::string> unused() const {
    return is_swf_ ? std::vector<std::string>() : table_.unused();
  }

 private:
  void find_columns() {
    const JobColumns& names = config_.columns;
    submit_ = names.submit.empty() ? table_.need({"submission", kSubmits}) : table_.named(names.submit);
    if (!names.gpus.empty()) gpus_ = table_.named(names.gpus);
    else if (is_swf_) gpus_ = table_.named("processors");
    else if (!tres_) gpus_ = table_.need({"number of GPUs", kGpuCounts});
    duration_ = is_swf_                  ? table_.named("run")
                : names.duration.empty() ? first_of(table_, kDurations)
                                         : std::optional(table_.named(names.duration));
    end_ = first_of(table_, std::to_array<ColumnName>({"End", "end_time"}));
    start_ = first_of(table_, std::to_array<ColumnName>({"Start", "start_time"}));
    if (!duration_ && (!start_ || !end_)) (void)table_.need({"duration", kDurations});
    id_ = is_swf_ ? table_.named("job") : first_of(table_, kIds);
    if (is_swf_) status_ = table_.named("status");
    state_ = found_column(table_, "State");
    kind_ = names.kind.empty() ? first_of(table_, kKind) : std::optional(table_.named(names.kind));
    if (!kind_ && config_.shapes.size() > 1) kind_ = first_of(table_, kOtherKinds);
    if (is_swf_ && !config_.gpus_per_processor)
      throw InputError(table_.path(), "counts processors: gpus_per_processor must say how many GPUs one stands for");
  }

  /// Steps of Slurm repeat the resources of their job.
  [[nodiscard]] bool is_step() const { return tres_ && id_ && table_.cell(*id_).find('.') != std::string_view::npos; }

  /// What two rows of one job have in common: its id, or the whole row where a row of a table may be a task of a job.
  [[nodiscard]] std::string identity() const {
    if (!id_) return {};
    if (tres_ || is_swf_) return std::string(table_.cell(*id_));
    std::string row;
    for (std::size_t i = 0; i < table_.columns().size(); ++i)
      if (table_.has(i)) row.append(table_.cell(i)) += '\n';
    return row;
  }

  /// A stretch of a job between checkpoints, which has a line as a whole, too.
  [[nodiscard]] bool is_part() const {
    if (!status_) return false;
    const std::string_view status = table_.cell(*status_);
    return status == "2" || status == "3" || status == "4";
  }

  void find_style(JobLog& log) {
    const auto absolute = style_of_value(table_.cell(submit_));
    const auto unit = style_of_unit(table_.columns()[submit_].unit);
    if (config_.time_unit) style_ = config_.time_unit;
    else if (absolute) style_ = absolute;
    else if (unit || is_swf_) style_ = unit.value_or(TimeStyle::s);
    else
      table_.fail("the times of column " + in_quotes(table_.columns()[submit_].name) +
                  " say no unit: say it in time_unit");
    if (log.has_dates && *log.has_dates != absolute.has_value())
      table_.fail("is on another clock than the files before: only some have dates");
    log.has_dates = has_dates_ = absolute.has_value();
  }

  [[nodiscard]] double duration_s() {
    const double seconds = duration_ ? given_duration_s() : between_dates_s();
    if (seconds < 0 && !is_swf_) table_.fail("the duration is negative");
    if (seconds > kJobTimes.max) table_.fail("the duration is above 1e9 s");
    if (seconds > 0 && seconds < kJobTimes.min) table_.fail("the duration is below 1e-6 s");
    return std::max(seconds, 0.0);
  }

  [[nodiscard]] double given_duration_s() {
    const std::string_view text = table_.cell(*duration_);
    if (const auto seconds = clock_seconds(text)) return *seconds;
    const double value = table_.number(*duration_);
    has_bare_duration_ |= table_.columns()[*duration_].unit.empty();
    const double unit_s = duration_unit_s();
    return unit_s < 1 ? value / std::round(1 / unit_s) : value * unit_s;  // 9 ms are 0.009 s to the last digit
  }

  [[nodiscard]] double duration_unit_s() const {
    const std::string& unit = table_.columns()[*duration_].unit;
    if (unit == "min") return 60;
    if (unit == "h") return 3600;
    if (unit == "ms") return 1e-3;
    if (!unit.empty() && style_of_unit(unit) != TimeStyle::s)
      table_.fail("the unit of column " + in_quotes(table_.columns()[*duration_].name) + " is none of ms, s, min, h");
    return 1;
  }

  /// Counts a duration that is not end - start to the second, or to the unit in which it is written.
  void compare_with_dates(double duration_s) {
    WallTime start, end;
    const auto is_time = [&](std::size_t column, WallTime& time) {
      return table_.has(column) && parse_time(table_.cell(column), *style_, time);
    };
    if (!is_time(*start_, start) || !is_time(*end_, end)) return;
    has_compared_ = true;
    const double difference_s = std::abs(seconds_between(start, end) - duration_s);
    if (difference_s <= std::max(1.0, duration_unit_s())) return;
    ++contradictions_;
    largest_difference_s_ = std::max(largest_difference_s_, difference_s);
  }

  [[nodiscard]] double between_dates_s() {
    const auto is_unknown = [&](std::size_t column) {
      const std::string_view text = table_.cell(column);
      return text.empty() || text == "Unknown" || text == "None";
    };
    if (is_unknown(*start_)) return 0;
    if (is_unknown(*end_)) table_.fail("the job has a start and no end, and no column says how long it ran");
    return seconds_between(table_.time(*start_, *style_), table_.time(*end_, *style_));
  }

  [[nodiscard]] double gpu_count() const {
    double gpus = 0;
    if (gpus_ && is_swf_) {
      double processors = table_.number(*gpus_);
      if (processors < 0) processors = std::max(0.0, table_.number(*gpus_ + 3));  // what it asked for
      gpus = std::ceil(processors * *config_.gpus_per_processor);
    } else if (gpus_) {
      gpus = static_cast<double>(table_.whole(*gpus_));
    } else {
      const auto in_use = gpus_in_tres(table_.cell(*tres_));
      if (!in_use) table_.fail("has slices of GPUs or no numbers in " + in_quotes(table_.cell(*tres_)));
      gpus = *in_use;
    }
    if (gpus > kLargestJobGpus) table_.fail("the job has more than 1e8 GPUs");
    return gpus;
  }

  void refuse_failed(Seconds duration) const {
    if (skips_failed_) return;
    table_.fail(std::string(duration > Seconds() ? "gpus" : "duration_s") +
                " must be above 0; failed_rows \"skip\" leaves such jobs out");
  }

  [[nodiscard]] bool still_ran() const {
    if (state_ && (table_.cell(*state_).starts_with("RUNNING") || table_.cell(*state_).starts_with("SUSPENDED")))
      return true;
    return end_ && table_.cell(*end_) == "Unknown";
  }

  TableReader table_;
  const JobTraceConfig& config_;
  bool is_swf_;
  bool skips_failed_ = false;
  std::size_t submit_ = 0;
  std::optional<std::size_t> gpus_, tres_, duration_, start_, end_, id_, status_, state_, kind_;
  std::optional<TimeStyle> style_;
  bool has_dates_ = false, has_bare_duration_ = false, has_compared_ = false;
  std::size_t contradictions_ = 0;
  double largest_difference_s_ = 0;
};

}  // namespace

void JobLog::add(const std::string& identity, LoggedJob job) {
  auto& found = places[identity];
  const auto is_same = [&](std::size_t place) {
    const LoggedJob& known = jobs[place];
    if (known.submit.whole_s != job.submit.whole_s || known.submit.fraction_s != job.submit.fraction_s) return false;
    return known.is_running || job.is_running ||
           (known.gpus == job.gpus && known.duration == job.duration && known.kind == job.kind);
  };
  const auto same = identity.empty() ? found.end() : std::ranges::find_if(found, is_same);
  if (same == found.end()) {
    found.push_back(jobs.size());
    jobs.push_back(std::move(job));
    return;
  }
  ++repeated;
  LoggedJob& known = jobs[*same];
  known.duration = std::max(known.duration, job.duration);
  known.is_running = known.is_running && job.is_running;
}

void read_job_log(const std::string& path, const JobTraceConfig& config, JobLog& log, Warnings& warnings) {
  JobTable table(path, config);
  table.read(log);
  const std::string name = std::filesystem::path(path).filename().string();
  for (std::string& what : table.doubts()) warnings.push_back({name, std::move(what)});
  if (const auto unused = table.unused(); !unused.empty())
    warnings.push_back({name, "not used: " + join(unused, ", ")});
}

}  // namespace headroom

#include "metrics/stage_csv.hpp"

#include "base/text.hpp"
#include "config/csv.hpp"

namespace headroom {

StageCsv::StageCsv(const std::filesystem::path& file) : out_(file) {
  out_ << "stream,job,stage,item,level,instance,ready_s,begin_s,end_s\n";
}

void StageCsv::stage_done(const StageRecord& stage) {
  out_ << csv_field(stage.stream) << ',' << stage.job << ',' << csv_field(stage.stage) << ',' << stage.item << ',';
  if (stage.level) out_ << csv_field(*stage.level);
  out_ << ',';
  if (stage.instance) out_ << stage.instance->index();
  for (const Seconds date : {stage.ready, stage.begin, stage.end}) out_ << ',' << shortest(date.value());
  out_ << '\n';
}

}  // namespace headroom

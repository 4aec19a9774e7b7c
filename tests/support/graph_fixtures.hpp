#pragma once

#include <string>
#include <vector>

#include "workflow/graph_template.hpp"

namespace headroom::test {

inline GraphStageConfig stage_of_units(std::vector<std::string> per, std::vector<std::string> after) {
  GraphStageConfig stage;
  stage.per = std::move(per);
  stage.after = std::move(after);
  stage.work["step"] = Amount{2, {}, {}};
  return stage;
}

/// A script scene by scene, a picture after its first scene, two clips a scene, which are joined in order.
inline GraphTemplate small_graph() {
  GraphTemplate graph;
  graph.name = "small";
  graph.parameters = {{"scenes", 2}, {"clips", 2}, {"content_s", 40}};
  GraphStageConfig script = stage_of_units({"scenes"}, {});
  script.in_order = true;
  GraphStageConfig picture = stage_of_units({}, {});
  picture.after_first = {"script"};
  GraphStageConfig clip = stage_of_units({"scenes", "clips"}, {"script", "picture"});
  clip.work["step"] = Amount{1, {"content_s"}, {"scenes", "clips"}};
  GraphStageConfig joined;
  joined.per = {"scenes", "clips"};
  joined.after = {"clip"};
  joined.in_order = true;
  graph.stages = {{"join", joined}, {"script", script}, {"picture", picture}, {"clip", clip}};
  graph.playback = PlaybackConfig{"join", Amount{1, {"content_s"}, {}}};
  return graph;
}

}  // namespace headroom::test

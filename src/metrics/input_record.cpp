#include "metrics/input_record.hpp"

#include "config/result_json.hpp"

namespace headroom {

Json inputs_json(std::span<const InputRecord> inputs) {
  Json json = Json::array();
  for (const InputRecord& input : inputs) json.push_back(result_json(slot_of(input)));
  return json;
}

}  // namespace headroom

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "trace/classes.hpp"
#include "trace/prompt_blocks.hpp"
#include "trace/request_source.hpp"
#include "workload/workload_config.hpp"

namespace headroom {

/// Opens the source of a workload (without a trace and a generator: of no request) and adds every class it can produce
/// to the table. Throws InputError for unusable files, and settings that do not suit them. A trace whose requests
/// have types is read through before, to know its classes before the run. `where` is what messages call the workload.
/// Nobody asks for requests after `until`. `blocks` is what it does about the blocks of prompts.
[[nodiscard]] std::unique_ptr<RequestSource> make_source(const WorkloadConfig& config, ClassTable& table,
                                                         std::uint64_t seed, const std::string& where = "/workload",
                                                         std::optional<Seconds> until = {},
                                                         PromptBlocks blocks = PromptBlocks::unused);

}  // namespace headroom

#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "config/json.hpp"
#include "grid/grid_check.hpp"

namespace headroom {

/// `/grid` of the summary: an entry a node (docs/output.md, "Grid").
[[nodiscard]] Json grid_json(std::span<const GridResult> results);

/// spectrum.json. Throws std::runtime_error where it cannot be written whole, as the next one does.
void write_spectrum(std::span<const GridResult> results, const std::filesystem::path& file);

/// grid.json: the samples, about nine bytes each, from which checks can be made again.
void write_grid(std::span<const GridNode> nodes, const std::filesystem::path& file);
/// Reads it, every sample bit for bit; an InputError names what is wrong.
[[nodiscard]] std::vector<GridNode> read_grid(const std::filesystem::path& file);

}  // namespace headroom

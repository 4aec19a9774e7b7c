#include "workload/merged_sources.hpp"

#include <algorithm>
#include <utility>

namespace headroom {

MergedSources::MergedSources(std::vector<std::unique_ptr<RequestSource>> sources) {
  for (auto& source : sources) fetch(sources_.emplace_back(Source{std::move(source), {}, {}}));
}

void MergedSources::fetch(Source& source) {
  Request request;
  source.ahead = source.source->next(request) ? std::optional(request) : std::nullopt;
  const auto blocks = source.source->blocks();
  source.blocks.assign(blocks.begin(), blocks.end());
}

bool MergedSources::next(Request& request) {
  Source* first = nullptr;
  for (Source& source : sources_)
    if (source.ahead && (!first || source.ahead->arrival < first->ahead->arrival)) first = &source;
  if (!first) return false;
  request = *first->ahead;
  request.id = count_++;
  std::swap(blocks_, first->blocks);
  fetch(*first);
  return true;
}

std::uint32_t MergedSources::block_tokens() const {
  return sources_.front().source->block_tokens();
}

bool MergedSources::brings_images() const {
  return std::ranges::any_of(sources_, [](const Source& one) { return one.source->brings_images(); });
}

Warnings MergedSources::warnings() const {
  Warnings all;
  for (const Source& source : sources_)
    for (const Warning& warning : source.source->warnings()) all.push_back(warning);
  return all;
}

}  // namespace headroom

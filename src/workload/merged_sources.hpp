#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "trace/request_source.hpp"

namespace headroom {

/// The requests of several sources in order of arrival; of equal ones those of the first source first.
class MergedSources final : public RequestSource {
 public:
  explicit MergedSources(std::vector<std::unique_ptr<RequestSource>> sources);

  bool next(Request& request) override;
  [[nodiscard]] std::span<const BlockKey> blocks() const override { return blocks_; }
  [[nodiscard]] std::uint32_t block_tokens() const override;
  [[nodiscard]] bool brings_images() const override;
  [[nodiscard]] Warnings warnings() const override;

 private:
  struct Source {
    std::unique_ptr<RequestSource> source;
    std::optional<Request> ahead;
    std::vector<BlockKey> blocks;
  };
  void fetch(Source& source);

  std::vector<Source> sources_;
  std::vector<BlockKey> blocks_;
  std::uint64_t count_ = 0;
};

}  // namespace headroom

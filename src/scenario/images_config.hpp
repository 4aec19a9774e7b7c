#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "headroom/fields.hpp"

namespace headroom {

/// How a model takes in images: their tokens are tokens of the prompt, or only some layers look at them.
enum class ImageKind : std::uint8_t { decoder_only, cross_attention };
inline std::array<std::string_view, 2> words_of(ImageKind) {
  return {"decoder_only", "cross_attention"};
}

/// Who encodes images: instances that serve the stage `encode`, or those that read the prompt.
enum class ImageEncoder : std::uint8_t { pool, instance };
inline std::array<std::string_view, 2> words_of(ImageEncoder) {
  return {"pool", "instance"};
}

/// The images of a service's requests. See docs/multimodal.md.
struct ImagesConfig {
  ImageKind kind = ImageKind::decoder_only;
  std::uint32_t tokens = 0;       ///< of an image
  double prefill_fraction = 0.1;  ///< of cross-attention
  Seconds preprocess{};
  ImageEncoder encoder = ImageEncoder::pool;
  std::optional<Seconds> encode;  ///< on the instance that reads the prompt
  bool split = true;
  std::optional<double> bytes_per_token;  ///< none: two bytes for each of the model's hidden dimensions
  void fields(Fields& f);
  void check(const Scope& scope) const;

  /// Tokens by which an image makes a prompt longer, as far as the time of its prefill goes.
  [[nodiscard]] std::uint32_t prompt_tokens() const;
};

/// What pools serve that encode, and the unit of which their instances know the time.
inline constexpr std::string_view kEncodeStage = "encode";
inline constexpr std::string_view kImageUnit = "image";

}  // namespace headroom

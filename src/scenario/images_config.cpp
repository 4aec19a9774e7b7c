#include "scenario/images_config.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

void ImagesConfig::fields(Fields& f) {
  f.required("kind", kind,
             "decoder_only: tokens of images are tokens of the prompt; cross_attention: only some layers look at them");
  f.required("tokens", tokens, "of an image", Range::between(1, 1e6));
  f("prefill_fraction", prefill_fraction,
    "of cross_attention: what a token of an image takes of prefill and KV cache, over one of the text",
    Range::fraction());
  f("preprocess_s", preprocess, "of the images of a request, on CPU cores, before they are encoded", Range::delay());
  f("encoder", encoder,
    "who encodes: `pool`, whose `serves` names `encode` and whose steps are by the unit `image`; or `instance`, the "
    "one that reads the prompt, before it does (a monolith)");
  f("encode_s", encode, "of `instance`: time of an image there, at the highest clock", Range::period());
  f("split", split, "of `pool`: whether each image of a request is routed on its own, or all to one instance");
  f("bytes_per_token", bytes_per_token,
    "of `pool`: what a token of an image takes on its way to the instance that reads the prompt, over /network; "
    "absent: two bytes for each of the model's hidden dimensions",
    Range::between(0.0, 1e9));
}

void ImagesConfig::check(const Scope& scope) const {
  if (encoder == ImageEncoder::instance && !encode)
    scope.at("encode_s").problem("missing: instances encode, and nothing says how long an image takes");
}

std::uint32_t ImagesConfig::prompt_tokens() const {
  if (kind == ImageKind::decoder_only) return tokens;
  return static_cast<std::uint32_t>(std::max(1.0, std::round(prefill_fraction * tokens)));
}

}  // namespace headroom

#include "headroom/recipe.hpp"
#include "policy/router/least_by.hpp"

namespace headroom::kinds {

/// How ModServe (arXiv 2502.00937) routes the prompts of cross-attention models, whose prefill follows the text alone,
/// and the images of all models, whose tokens an encoder makes itself.
Kind<Router> fewest_text_tokens() {
  return kind_of<Router, LeastBy<Order::text_tokens>>(
      "fewest_text_tokens",
      "the instance with the fewest prompt tokens pending, but those of images that others encoded (ModServe)");
}

}  // namespace headroom::kinds

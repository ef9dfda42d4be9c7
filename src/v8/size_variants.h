// Which of the size rules that the version does not tell are in force: those that make objects end
// where others begin.
#pragma once

#include <span>
#include <vector>

#include "v8/page_walker.h"

namespace nodeheap::v8 {

// All combinations, the one to expect of this version first.
std::vector<SizeVariants> AllVariants(const Layout& layout);

// The best of `variants` for the pages on which the context's, the first, left a gap. `found` has
// what they found, by page.
SizeVariants FindBetterVariants(const WalkContext& context, std::span<const PageObjects> found,
                                std::span<const SizeVariants> variants);

}  // namespace nodeheap::v8

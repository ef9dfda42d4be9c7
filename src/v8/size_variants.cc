#include "v8/size_variants.h"

namespace nodeheap::v8 {
namespace {

constexpr size_t kSample = 64;  // pages

uint64_t Misfit(const PageObjects& objects) { return objects.unparsed_bytes + objects.misfits; }

}  // namespace

std::vector<SizeVariants> AllVariants(const Layout& layout) {
  const bool words = layout.version >= Version{13, 6, 0};
  const bool large_header =
      layout.version >= Version{11, 0, 0} && layout.version < Version{12, 8, 0};
  const bool close_code =
      layout.version < Version{10, 0, 0} || layout.architecture == Architecture::kArm64;
  std::vector<SizeVariants> variants;
  for (unsigned changes = 0; changes < 8; ++changes)
    variants.push_back({.free_space_in_words = words != ((changes & 1) != 0),
                        .feedback_vector_header = large_header != ((changes & 2) != 0) ? 56U : 48U,
                        .code_alignment = close_code != ((changes & 4) != 0) ? 32U : 64U});
  return variants;
}

SizeVariants FindBetterVariants(const WalkContext& context, std::span<const PageObjects> found,
                                std::span<const SizeVariants> variants) {
  std::vector<size_t> sample;
  uint64_t least = 0;
  for (size_t i = 0; i < found.size() && sample.size() < kSample; ++i) {
    if (Misfit(found[i]) == 0) continue;
    sample.push_back(i);
    least += Misfit(found[i]);
  }
  SizeVariants best = variants.front();
  MapCache maps(context.pages, context.layout);
  for (const SizeVariants& tried : variants.subspan(1)) {
    const WalkContext trial{context.pages, context.layout, context.areas, tried};
    uint64_t misfit = 0;
    for (const size_t i : sample) misfit += Misfit(WalkPage(context.pages.all()[i], trial, maps));
    if (misfit >= least) continue;
    least = misfit;
    best = tried;
  }
  return best;
}

}  // namespace nodeheap::v8

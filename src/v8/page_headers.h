// How V8's pages are told from other memory: by headers that agree with themselves. Several layouts
// are tried, and the one that finds the most pages is this build's.
#pragma once

#include <vector>

#include "nodeheap/memory.h"
#include "v8/pages.h"

namespace nodeheap::v8 {

// The pages as their headers tell: in no order, perhaps nested, and without their bytes.
std::vector<Page> ReadPageHeaders(const MemorySource& memory, const Version& version);

}  // namespace nodeheap::v8

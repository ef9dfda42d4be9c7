#include "memory/core_segments.h"

#include <algorithm>
#include <limits>

namespace nodeheap {
namespace {

// Where memory of `size` bytes at `start` ends, if need be at the end of the address space.
uint64_t EndOf(uint64_t start, uint64_t size) {
  return start + std::min(size, std::numeric_limits<uint64_t>::max() - start);
}

MemoryRegion RegionOf(const Elf64_Phdr& header, uint64_t size) {
  return {.start = header.p_vaddr,
          .end = EndOf(header.p_vaddr, size),
          .writable = (header.p_flags & PF_W) != 0,
          .executable = (header.p_flags & PF_X) != 0,
          .reserved = (header.p_flags & (PF_R | PF_W | PF_X)) == 0 && header.p_filesz == 0};
}

// Appends to regions and extents. `bytes` holds the contents of `region`, which starts after all
// that came before.
void Append(CoreSegments& segments, const MemoryRegion& region, const std::byte* bytes) {
  const CoreExtent* before = segments.extents.empty() ? nullptr : &segments.extents.back();
  const bool continues = before != nullptr && before->end == region.start &&
                         before->bytes + (before->end - before->start) == bytes;
  if (!continues) {
    segments.extents.push_back({.start = region.start, .end = region.end, .bytes = bytes});
    segments.regions.push_back(region);
    return;
  }
  segments.extents.back().end = region.end;
  MemoryRegion& last = segments.regions.back();
  if (last.writable == region.writable && last.executable == region.executable) {
    last.end = region.end;
  } else {
    segments.regions.push_back(region);
  }
}

}  // namespace

CoreSegments ReadSegments(Bytes file, std::span<const Elf64_Phdr> headers) {
  std::vector<Elf64_Phdr> loads;
  std::ranges::copy_if(headers, std::back_inserter(loads),
                       [](const Elf64_Phdr& header) { return header.p_type == PT_LOAD; });
  std::ranges::stable_sort(loads, {}, &Elf64_Phdr::p_vaddr);

  CoreSegments segments;
  uint64_t known_end = 0;
  for (const Elf64_Phdr& load : loads) {
    segments.mapped.push_back(RegionOf(load, load.p_memsz));
    const Bytes bytes = Slice(file, load.p_offset, load.p_filesz);
    if (bytes.size() < load.p_filesz) {
      segments.missing_bytes += load.p_filesz - bytes.size();
      ++segments.missing_segments;
    }
    MemoryRegion region = RegionOf(load, bytes.size());
    // Segments overlap only in damaged cores: what came first stands.
    const uint64_t known = std::max(region.start, known_end) - region.start;
    if (known >= region.end - region.start) continue;
    region.start += known;
    Append(segments, region, bytes.data() + known);
    known_end = region.end;
  }
  return segments;
}

std::vector<CoreExtent>::const_iterator CoreSegments::Find(uint64_t address) const {
  return std::ranges::upper_bound(extents, address, {}, &CoreExtent::end);
}

}  // namespace nodeheap

#include "plugin/live_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <string_view>

#include "plugin/live_state.h"

namespace nodeheap::plugin {
namespace {

// The least that is read at once: more would read all memory where only the heads of V8's pages are
// wanted, less would ask LLDB too often.
constexpr uint64_t kBlock = 16 << 10;

}  // namespace

// Room for one region, as large as it is, that fills as it is read. The system gives memory only
// for what was filled.
class LiveMemory::Copy {
 public:
  explicit Copy(const MemoryRegion& region)
      : region_(region),
        first_(region.start / kBlock),
        states_((region.end - 1) / kBlock - first_ + 1, State::kUnknown) {
    void* const room = mmap(nullptr, region.end - region.start, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room != MAP_FAILED) bytes_ = static_cast<std::byte*>(room);
  }
  ~Copy() {
    if (bytes_ != nullptr) munmap(bytes_, region_.end - region_.start);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  // REQUIRES: the region contains `address`.
  std::span<const std::byte> View(lldb::SBProcess& process, uint64_t address, uint64_t size) {
    if (bytes_ == nullptr) return {};
    const uint64_t wanted = address + std::min(size, region_.end - address);
    uint64_t end = address;
    while (end < wanted) {
      const uint64_t block = end / kBlock;
      if (StateOf(block) == State::kUnknown) Fill(process, block, wanted);
      if (StateOf(block) != State::kRead) break;
      end = std::min((block + 1) * kBlock, wanted);
    }
    return {bytes_ + (address - region_.start), end - address};
  }

 private:
  enum class State : uint8_t { kUnknown, kRead, kUnreadable };

  State& StateOf(uint64_t block) { return states_[block - first_]; }

  // Reads the blocks from this one to `wanted`, as far as they are unknown.
  void Fill(lldb::SBProcess& process, uint64_t block, uint64_t wanted) {
    uint64_t after = block;
    while (after * kBlock < wanted && StateOf(after) == State::kUnknown) ++after;
    const uint64_t start = std::max(block * kBlock, region_.start);
    const uint64_t size = std::min(after * kBlock, region_.end) - start;
    lldb::SBError error;
    const uint64_t end =
        start + process.ReadMemory(start, bytes_ + (start - region_.start), size, error);
    while (block < after && std::min((block + 1) * kBlock, region_.end) <= end)
      StateOf(block++) = State::kRead;
    if (block < after) StateOf(block) = State::kUnreadable;
  }

  MemoryRegion region_;
  uint64_t first_;  // number of the region's first block
  std::vector<State> states_;
  std::byte* bytes_ = nullptr;
};

LiveMemory::LiveMemory(const lldb::SBProcess& process)
    : process_(process),
      architecture_(ReadArchitecture(process_)),
      regions_(ReadRegions(process_)),
      threads_(ReadThreads(process_)),
      files_(ReadFiles(process_)),
      signal_(ReadSignal(process_)) {
  for (const MemoryRegion& region : regions_) copies_.push_back(std::make_unique<Copy>(region));
}

LiveMemory::~LiveMemory() = default;

std::span<const std::byte> LiveMemory::View(uint64_t address, uint64_t size) const {
  const auto after = std::ranges::upper_bound(regions_, address, {}, &MemoryRegion::start);
  if (after == regions_.begin()) return {};
  const auto region = std::prev(after);
  if (address >= region->end) return {};
  return copies_[static_cast<size_t>(region - regions_.begin())]->View(process_, address, size);
}

uint32_t LiveMemory::process_id() const { return static_cast<uint32_t>(process_.GetProcessID()); }

}  // namespace nodeheap::plugin

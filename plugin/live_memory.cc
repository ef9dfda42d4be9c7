#include "plugin/live_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "plugin/live_state.h"

namespace nodeheap::plugin {
namespace {

// How much is read at once: V8's pages have this size, and begin at its multiples.
constexpr uint64_t kBlock = 256 << 10;

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
    for (uint64_t block = address / kBlock; end < wanted; ++block) {
      if (!Fill(process, block)) break;
      end = std::min((block + 1) * kBlock, wanted);
    }
    return {bytes_ + (address - region_.start), end - address};
  }

 private:
  enum class State : uint8_t { kUnknown, kRead, kUnreadable };

  bool Fill(lldb::SBProcess& process, uint64_t block) {
    State& state = states_[block - first_];
    if (state != State::kUnknown) return state == State::kRead;
    const uint64_t start = std::max(block * kBlock, region_.start);
    const uint64_t size = std::min((block + 1) * kBlock, region_.end) - start;
    lldb::SBError error;
    const size_t read = process.ReadMemory(start, bytes_ + (start - region_.start), size, error);
    state = read == size && error.Success() ? State::kRead : State::kUnreadable;
    return state == State::kRead;
  }

  MemoryRegion region_;
  uint64_t first_;  // number of the region's first block
  std::vector<State> states_;
  std::byte* bytes_ = nullptr;
};

LiveMemory::LiveMemory(lldb::SBProcess process)
    : process_(std::move(process)),
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

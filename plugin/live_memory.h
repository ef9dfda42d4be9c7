// The memory and threads of a live process that LLDB has stopped. Reads, and never writes or runs
// anything. Valid until the process runs on.
#pragma once

#include <memory>
#include <vector>

#include "nodeheap/memory.h"
#include "plugin/lldb.h"

namespace nodeheap::plugin {

class LiveMemory final : public MemorySource {
 public:
  explicit LiveMemory(const lldb::SBProcess& process);
  ~LiveMemory() override;

  Architecture architecture() const override { return architecture_; }
  std::span<const MemoryRegion> regions() const override { return regions_; }
  // Reads the blocks that were not read before. Not thread-safe, unlike other sources: LLDB is
  // asked.
  std::span<const std::byte> View(uint64_t address, uint64_t size) const override;
  std::span<const ThreadState> threads() const override { return threads_; }
  std::span<const MappedFile> files() const override { return files_; }
  const SignalInfo& signal() const override { return signal_; }
  uint32_t process_id() const override;
  const Health& health() const override { return health_; }

 private:
  class Copy;

  mutable lldb::SBProcess process_;
  Architecture architecture_ = Architecture::kX64;
  std::vector<MemoryRegion> regions_;
  std::vector<std::unique_ptr<Copy>> copies_;  // one a region
  std::vector<ThreadState> threads_;
  std::vector<MappedFile> files_;
  SignalInfo signal_;
  Health health_;
};

}  // namespace nodeheap::plugin

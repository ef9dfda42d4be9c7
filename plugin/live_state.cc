#include "plugin/live_state.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <initializer_list>
#include <string>
#include <string_view>

namespace nodeheap::plugin {
namespace {

std::string Text(const char* text) { return text == nullptr ? std::string() : std::string(text); }

// LLDB also lists the parts of registers, such as eax.
void AddRegisters(lldb::SBFrame& frame, ThreadState& state) {
  lldb::SBValueList sets = frame.GetRegisters();
  if (sets.GetSize() == 0) return;
  lldb::SBValue general = sets.GetValueAtIndex(0);
  for (uint32_t i = 0; i < general.GetNumChildren(); ++i) {
    lldb::SBValue value = general.GetChildAtIndex(i);
    if (value.GetByteSize() == sizeof(uint64_t))
      state.registers.emplace_back(Text(value.GetName()), value.GetValueAsUnsigned());
  }
}

// The first of those names that the architecture has; 0 for none.
uint64_t Register(lldb::SBFrame& frame, std::initializer_list<const char*> names) {
  for (const char* const name : names)
    if (lldb::SBValue value = frame.FindRegister(name); value.IsValid())
      return value.GetValueAsUnsigned();
  return 0;
}

ThreadState ReadThread(lldb::SBThread thread) {
  lldb::SBFrame frame = thread.GetFrameAtIndex(0);
  ThreadState state{.id = static_cast<uint32_t>(thread.GetThreadID()),
                    .pc = frame.GetPC(),
                    .sp = frame.GetSP(),
                    .fp = frame.GetFP(),
                    .lr = Register(frame, {"lr", "x30"}),
                    .tls = Register(frame, {"fs_base", "tpidr"}),
                    .registers = {}};
  AddRegisters(frame, state);
  return state;
}

// The parts of a module that were mapped from its file.
void AddModule(lldb::SBTarget& target, lldb::SBModule module, std::vector<MappedFile>& files) {
  std::array<char, 4096> path{};
  if (module.GetFileSpec().GetPath(path.data(), path.size()) == 0) return;
  for (size_t i = 0; i < module.GetNumSections(); ++i) {
    lldb::SBSection section = module.GetSectionAtIndex(i);
    const uint64_t start = section.GetLoadAddress(target);
    // Other sections than segments are not where their numbers say.
    if (start == LLDB_INVALID_ADDRESS || !Text(section.GetName()).starts_with("PT_LOAD")) continue;
    constexpr uint64_t kPage = 4096;
    const uint64_t before = start % kPage;
    files.push_back({.start = start - before,
                     .end = start + section.GetFileByteSize(),
                     .offset = section.GetFileOffset() - before,
                     .path = path.data()});
  }
}

}  // namespace

Architecture ReadArchitecture(lldb::SBProcess& process) {
  const std::string triple = Text(process.GetTarget().GetTriple());
  return triple.starts_with("aarch64") ? Architecture::kArm64 : Architecture::kX64;
}

std::vector<MemoryRegion> ReadRegions(lldb::SBProcess& process) {
  std::vector<MemoryRegion> regions;
  lldb::SBMemoryRegionInfoList list = process.GetMemoryRegions();
  for (uint32_t i = 0; i < list.GetSize(); ++i) {
    lldb::SBMemoryRegionInfo info;
    if (!list.GetMemoryRegionAtIndex(i, info) || !info.IsMapped() || !info.IsReadable()) continue;
    // Linux lets nobody else read its own pages there.
    if (Text(info.GetName()).starts_with("[v")) continue;
    regions.push_back({.start = info.GetRegionBase(),
                       .end = info.GetRegionEnd(),
                       .writable = info.IsWritable(),
                       .executable = info.IsExecutable()});
  }
  std::ranges::sort(regions, {}, &MemoryRegion::start);
  return regions;
}

std::vector<ThreadState> ReadThreads(lldb::SBProcess& process) {
  std::vector<ThreadState> threads;
  const lldb::tid_t selected = process.GetSelectedThread().GetThreadID();
  for (uint32_t i = 0; i < process.GetNumThreads(); ++i) {
    lldb::SBThread thread = process.GetThreadAtIndex(i);
    const bool first = thread.GetThreadID() == selected;
    threads.insert(first ? threads.begin() : threads.end(), ReadThread(thread));
  }
  return threads;
}

std::vector<MappedFile> ReadFiles(lldb::SBProcess& process) {
  std::vector<MappedFile> files;
  lldb::SBTarget target = process.GetTarget();
  for (uint32_t i = 0; i < target.GetNumModules(); ++i)
    AddModule(target, target.GetModuleAtIndex(i), files);
  std::ranges::sort(files, {}, &MappedFile::start);
  return files;
}

SignalInfo ReadSignal(lldb::SBProcess& process) {
  lldb::SBThread thread = process.GetSelectedThread();
  if (thread.GetStopReason() != lldb::eStopReasonSignal) return {};
  const auto number = static_cast<int>(thread.GetStopReasonDataAtIndex(0));
  return number == SIGSTOP ? SignalInfo{} : SignalInfo{.number = number};
}

}  // namespace nodeheap::plugin

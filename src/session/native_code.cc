#include "session/native_code.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace nodeheap {
namespace {

constexpr uint64_t kMaxStack = 1 << 20;  // bytes of a stack that are searched for where it began
// What a function may use below the stack pointer: the red zone of the System V ABI.
constexpr uint64_t kRedZone = 128;

// Functions in which threads of Node begin, by a part of their (mangled) names.
struct Beginning {
  std::string_view symbol;
  bool whole;  // the name is nothing but this
  std::string_view role;
};
constexpr Beginning kBeginnings[] = {
    {"PlatformWorkerThread", false, "worker of V8's platform"},
    {"DelayedTaskScheduler", false, "delayed tasks of V8's platform"},
    {"StartIoThreadMain", false, "waits for SIGUSR1 to start the inspector"},
    {"InspectorIo", false, "inspector"},
    {"SigintWatchdog", false, "watches for SIGINT"},
    {"4node8Watchdog", false, "watches a timeout"},
    {"4node7tracing", false, "tracing"},
    {"worker", true, "thread pool of libuv"},
};

std::string_view RoleOf(std::string_view function) {
  for (const Beginning& beginning : kBeginnings)
    if (beginning.whole ? function == beginning.symbol : function.contains(beginning.symbol))
      return beginning.role;
  return {};
}

std::string Demangled(std::string_view symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(std::string(symbol).c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text != nullptr ? std::string(text.get()) : std::string(symbol);
}

}  // namespace

std::optional<NativePlace> FindNativePlace(const Process& process, uint64_t address) {
  if (process.image() == nullptr) return std::nullopt;
  const uint64_t linked = address - process.image_bias();
  const auto function = process.image()->FindFunction(linked);
  if (!function) return std::nullopt;
  return NativePlace{.function = Demangled(function->name), .offset = linked - function->address};
}

// The outermost of the functions to which the stack may return tells most; a stack has stale words,
// too, but those are of the same thread.
std::string ThreadRole(const Process& process, const ThreadState& thread) {
  for (const v8::Isolate& isolate : process.runtime().isolates())
    if (isolate.thread_id == thread.id) return isolate.label;
  if (process.image() == nullptr) return {};
  std::string_view role;
  const auto stack = process.memory().View(thread.sp / v8::kWord * v8::kWord, kMaxStack);
  for (size_t at = 0; at + v8::kWord <= stack.size(); at += v8::kWord) {
    uint64_t word = 0;
    std::memcpy(&word, stack.data() + at, v8::kWord);
    const auto function =
        process.image()->FindFunction(process.memory().ReturnAddress(word) - process.image_bias());
    if (!function) continue;
    if (const std::string_view found = RoleOf(function->name); !found.empty()) role = found;
  }
  return std::string(role);
}

const ThreadState* FindStack(const MemorySource& memory, uint64_t address) {
  const MemoryRegion* const region = FindRegion(memory, address);
  if (region == nullptr) return nullptr;
  const ThreadState* nearest = nullptr;
  for (const ThreadState& thread : memory.threads()) {
    const uint64_t top = thread.sp - std::min(thread.sp, kRedZone);
    if (top > address || thread.sp < region->start) continue;
    if (nearest == nullptr || thread.sp > nearest->sp) nearest = &thread;
  }
  return nearest;
}

const MemoryRegion* FindRegion(const MemorySource& memory, uint64_t address) {
  const auto after = std::ranges::upper_bound(memory.regions(), address, {}, &MemoryRegion::start);
  if (after == memory.regions().begin()) return nullptr;
  const MemoryRegion& region = *std::prev(after);
  return address < region.end ? &region : nullptr;
}

}  // namespace nodeheap

// The initial stack (System V ABI): argc, pointers to the arguments, 0, pointers to the
// environment's entries, 0, the auxiliary vector, and then the texts. libuv writes a process's
// title over its arguments.
#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

#include "node/process_info.h"

namespace nodeheap::node {
namespace {

using v8::Address;
using v8::kWord;

constexpr uint64_t kMaxStack = 64 << 20;
constexpr uint64_t kMaxPointers = 100'000;
constexpr uint64_t kMaxText = 1 << 17;  // bytes; Linux's own limit for one argument
constexpr uint64_t kMaxAuxiliaryKey = 64;

std::string TextAt(const MemorySource& memory, Address at) {
  const auto bytes = memory.View(at, kMaxText);
  const auto end = std::ranges::find(bytes, std::byte{0});
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(end - bytes.begin())};
}

// The name in "NAME=value".
std::vector<std::string> NamesOf(const MemorySource& memory, std::span<const Address> entries) {
  std::vector<std::string> names;
  for (const Address entry : entries) {
    const std::string text = TextAt(memory, entry);
    if (const size_t equals = text.find('='); equals != std::string::npos && equals != 0)
      names.push_back(text.substr(0, equals));
  }
  std::ranges::sort(names);
  return names;
}

class StackEnd {
 public:
  StackEnd(const MemorySource& memory, const ThreadState& thread)
      : start_(thread.sp / kWord * kWord) {
    const auto bytes = memory.View(start_, kMaxStack);
    words_.resize(bytes.size() / kWord);
    if (!words_.empty()) std::memcpy(words_.data(), bytes.data(), words_.size() * kWord);
  }

  // The pointers to the arguments and to the environment's entries; false if they are not found.
  bool Find(std::span<const Address>& arguments, std::span<const Address>& environment) const {
    for (size_t at = words_.size(); at-- > 0;) {
      const uint64_t count = words_[at];
      if (count == 0 || count > kMaxPointers || count >= words_.size() - at) continue;
      const auto pointers = Pointers(at + 1);
      if (pointers.size() != count) continue;
      const auto entries = Pointers(at + 1 + count + 1);
      const size_t auxiliary = at + 1 + count + 1 + entries.size() + 1;
      if (auxiliary >= words_.size() || words_[auxiliary - 1] != 0 || words_[auxiliary] == 0 ||
          words_[auxiliary] > kMaxAuxiliaryKey)
        continue;
      arguments = pointers;
      environment = entries;
      return true;
    }
    return false;
  }

 private:
  // Those from `at` on that lead further up the stack; a zero ends them.
  std::span<const Address> Pointers(size_t at) const {
    if (at >= words_.size()) return {};
    size_t end = at;
    const Address top = start_ + words_.size() * kWord;
    while (end < words_.size() && words_[end] > start_ + end * kWord && words_[end] < top) ++end;
    if (end == words_.size() || words_[end] != 0) return {};
    return std::span(words_).subspan(at, end - at);
  }

  Address start_;
  std::vector<Address> words_;
};

std::vector<Address> EnvironmentAt(const MemorySource& memory, Address environ) {
  std::vector<Address> entries;
  auto at = memory.Read<Address>(environ);
  while (at && *at != 0 && entries.size() < kMaxPointers) {
    const auto entry = memory.Read<Address>(*at + entries.size() * kWord);
    if (!entry || *entry == 0) break;
    entries.push_back(*entry);
  }
  return entries;
}

}  // namespace

InitialStack ReadInitialStack(const MemorySource& memory, Address environ) {
  InitialStack stack;
  const auto threads = memory.threads();
  const auto main = std::ranges::find(threads, memory.process_id(), &ThreadState::id);
  if (main == threads.end()) return stack;
  std::span<const Address> arguments;
  std::span<const Address> environment;
  const StackEnd end(memory, *main);
  if (end.Find(arguments, environment)) stack.title = TextAt(memory, arguments.front());
  const std::vector<Address> current = EnvironmentAt(memory, environ);
  stack.environment_names = NamesOf(memory, current.empty() ? environment : std::span(current));
  return stack;
}

}  // namespace nodeheap::node

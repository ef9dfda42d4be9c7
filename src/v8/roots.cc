#include "v8/roots.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "v8/stack_roots.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kIsolateBytes = 0x14000;  // more than V8 9.0 to 14.6 use
constexpr uint32_t kMinTable = 64;           // entries of a run that can be a table of roots
constexpr uint32_t kMaxVector = 1 << 20;     // entries
constexpr uint32_t kHandleBlock = 1022;      // handles (HandleScope blocks, v8/src/handles)
constexpr uint32_t kGlobalBlock = 256;       // nodes of 32 bytes (v8/src/handles/global-handles.cc)
constexpr uint64_t kGlobalNode = 32;         // bytes
constexpr uint32_t kEternalBlock = 256;      // handles

// Finds the roots of one isolate by the shape of what holds them.
class IsolateRoots {
 public:
  IsolateRoots(const Heap& heap, uint32_t isolate, std::vector<Root>& roots)
      : heap_(heap),
        memory_(heap.runtime().memory()),
        isolate_(isolate),
        at_(heap.runtime().isolates()[isolate].address),
        roots_(roots) {}

  void Find() {
    if (at_ == 0) return;
    ReadWords();
    FindTables();
    for (size_t i = 0; i < words_.size(); ++i) {
      if (taken_[i]) continue;
      const uint64_t word = words_[i];
      if (Object(word)) {
        Add(RootKind::kOther, word, at_ + i * kWord, IsListed(word));
      } else if (word != 0 && word % kWord == 0 && !heap_.pages().IsInPage(word)) {
        if (!FindHandleScopes(word) && !FindGlobalHandles(word)) FindEternalHandles(word);
        FindVector(i);
      }
    }
  }

 private:
  // The heap has lists of them all, which keep none alive.
  bool IsListed(Tagged word) const {
    const Kind kind = heap_.runtime().KindOf(word);
    return kind == Kind::kNativeContext || kind == Kind::kAllocationSite;
  }

  void ReadWords() {
    for (uint64_t offset = 0; offset < kIsolateBytes; offset += kWord) {
      const auto word = memory_.Read<uint64_t>(at_ + offset);
      if (!word) break;
      words_.push_back(*word);
    }
    taken_.resize(words_.size());
  }

  std::optional<ObjectIndex> Object(Tagged word) const {
    if (!IsStrong(word)) return std::nullopt;
    return heap_.Find(Untag(word));
  }

  void Add(RootKind kind, Tagged word, Address slot, bool weak = false) {
    if (const auto object = Object(word))
      roots_.push_back(
          {.kind = kind, .weak = weak, .isolate = isolate_, .slot = slot, .object = *object});
  }

  // The table of strong roots and that of the builtins are the two longest runs of pointers. Small
  // integers may stand between them.
  void FindTables() {
    constexpr size_t kMaxSmis = 8;
    struct Run {
      size_t begin, end;
    };
    std::vector<Run> runs;
    for (size_t i = 0; i < words_.size();) {
      if (!Object(words_[i])) {
        ++i;
        continue;
      }
      size_t last = i;
      for (size_t j = i; j < words_.size() && j - last <= kMaxSmis; ++j) {
        if (Object(words_[j]))
          last = j;
        else if (!IsSmi(words_[j]))
          break;
      }
      runs.push_back({i, last + 1});
      i = last + 1;
    }
    std::erase_if(runs, [](const Run& run) { return run.end - run.begin < kMinTable; });
    for (const Run& run : runs) {
      const bool builtins = IsCode(words_[run.begin]) && IsCode(words_[run.end - 1]);
      for (size_t i = run.begin; i < run.end; ++i) {
        taken_[i] = true;
        RootKind kind = builtins ? RootKind::kBuiltins : RootKind::kStrongRootList;
        if (!builtins && IsReadOnly(words_[i])) kind = RootKind::kReadOnlyRootList;
        Add(kind, words_[i], at_ + i * kWord);
      }
    }
  }
  bool IsCode(Tagged word) const { return heap_.runtime().Is(word, Kind::kCode); }
  bool IsReadOnly(Tagged word) const {
    const Page* const page = heap_.pages().Find(Untag(word));
    return page != nullptr && page->space == Space::kReadOnly;
  }

  template <size_t N>
  std::optional<std::array<uint64_t, N>> Words(Address at) const {
    return memory_.Read<std::array<uint64_t, N>>(at);
  }

  // HandleScopeImplementer: {isolate, blocks {data, capacity, size}, contexts …}.
  bool FindHandleScopes(Address at) {
    const auto words = Words<16>(at);
    if (!words || (*words)[0] != at_) return false;
    const auto [data, capacity, size] = std::array{(*words)[1], (*words)[2], (*words)[3]};
    if (data == 0 || data % kWord != 0 || size == 0 || size > capacity || capacity > kMaxVector)
      return false;
    std::vector<Address> blocks;
    for (uint64_t i = 0; i < size; ++i) {
      const auto block = memory_.Read<uint64_t>(data + i * kWord);
      if (!block || memory_.View(*block, kHandleBlock * kWord).size() != kHandleBlock * kWord)
        return false;
      blocks.push_back(*block);
    }
    if (!seen_.insert(at).second) return true;
    for (const Address block : blocks) {
      const Address end =
          block == blocks.back() ? NextHandle(block).value_or(block) : block + kHandleBlock * kWord;
      for (Address slot = block; slot < end; slot += kWord)
        Add(RootKind::kHandleScope, memory_.Read<uint64_t>(slot).value_or(0), slot);
    }
    for (size_t i = 4; i + 2 < words->size(); ++i)
      AddAll(RootKind::kHandleScope, (*words)[i], (*words)[i + 2]);
    return true;
  }

  // HandleScopeData {next, limit, level} lies in the isolate.
  std::optional<Address> NextHandle(Address block) const {
    const Address end = block + kHandleBlock * kWord;
    for (size_t i = 0; i + 1 < words_.size(); ++i)
      if (words_[i] >= block && words_[i] <= words_[i + 1] && words_[i + 1] <= end)
        return words_[i];
    return std::nullopt;
  }

  void AddAll(RootKind kind, Address data, uint64_t count) {
    constexpr uint64_t kMaxContexts = 1000;
    if (data == 0 || data % kWord != 0 || count > kMaxContexts) return;
    for (uint64_t i = 0; i < count; ++i)
      Add(kind, memory_.Read<uint64_t>(data + i * kWord).value_or(0), data + i * kWord);
  }

  // GlobalHandles: {isolate, node space, …}; NodeSpace: {global handles, first block, …}.
  bool FindGlobalHandles(Address at) {
    const auto words = Words<4>(at);
    if (!words || (*words)[0] != at_) return false;
    for (size_t i = 1; i < words->size(); ++i) {
      const Address space = (*words)[i];
      if (space == 0 || space % kWord != 0) continue;
      const auto node_space = Words<3>(space);
      if (!node_space || (*node_space)[0] != at || (*node_space)[1] % kWord != 0) continue;
      if (seen_.insert(at).second) GlobalBlocks((*node_space)[1]);
      return true;
    }
    return false;
  }

  // A node: {object, u16 class id, u8 index, u8 flags, …}. Flags: 0 free, 1 strong, 2 weak.
  void GlobalBlocks(Address block) {
    while (block != 0 && block % kWord == 0 && seen_.insert(block).second) {
      for (uint32_t i = 0; i < kGlobalBlock; ++i) {
        const Address node = block + i * kGlobalNode;
        const auto words = Words<2>(node);
        if (!words) return;
        const uint64_t info = (*words)[1];
        if (((info >> 16) & 0xFF) != (i & 0xFF)) continue;
        const uint64_t state = (info >> 24) & 3;
        if (state != 0) Add(RootKind::kGlobalHandles, (*words)[0], node, state != 1);
      }
      block = memory_.Read<uint64_t>(block + kGlobalBlock * kGlobalNode).value_or(0);
    }
  }

  // EternalHandles: {i32 size, vector of blocks}.
  bool FindEternalHandles(Address at) {
    const auto words = Words<4>(at);
    if (!words) return false;
    const uint64_t count = (*words)[0] & 0xFFFFFFFF;
    const auto [begin, end, capacity] = std::array{(*words)[1], (*words)[2], (*words)[3]};
    if (count == 0 || count > kMaxVector || begin == 0 || begin % kWord != 0 || begin >= end ||
        end > capacity || (end - begin) / kWord != (count + kEternalBlock - 1) / kEternalBlock)
      return false;
    std::vector<std::pair<Address, Tagged>> handles;
    uint64_t good = 0;
    for (uint64_t i = 0; i < count; ++i) {
      const auto block = memory_.Read<uint64_t>(begin + i / kEternalBlock * kWord);
      if (!block || *block % kWord != 0) return false;
      const Address slot = *block + i % kEternalBlock * kWord;
      const auto handle = memory_.Read<uint64_t>(slot);
      if (!handle) return false;
      good += Object(*handle) ? 1U : 0U;
      handles.emplace_back(slot, *handle);
    }
    if (good * 10 < count * 9 || !seen_.insert(at).second) return false;
    for (const auto& [slot, handle] : handles) Add(RootKind::kEternalHandles, handle, slot);
    return true;
  }

  // std::vector<Object> in the isolate: the startup object cache and its like. That of external
  // strings keeps nothing alive.
  void FindVector(size_t i) {
    if (i + 2 >= words_.size()) return;
    const auto [begin, end, capacity] = std::array{words_[i], words_[i + 1], words_[i + 2]};
    if (begin >= end || end > capacity || end % kWord != 0 || capacity % kWord != 0) return;
    const uint64_t count = (end - begin) / kWord;
    if (count < 16 || count > kMaxVector || !seen_.insert(begin).second) return;
    uint64_t good = 0;
    uint64_t external = 0;
    for (uint64_t k = 0; k < count; ++k) {
      const Tagged word = memory_.Read<uint64_t>(begin + k * kWord).value_or(0);
      if (!Object(word)) continue;
      ++good;
      external += IsExternalString(word) ? 1U : 0U;
    }
    if (good * 10 < count * 8) return;
    const bool strings = external * 2 > good;
    const RootKind kind = strings ? RootKind::kExternalStringsTable : RootKind::kStartupObjectCache;
    for (uint64_t k = 0; k < count; ++k) {
      const Tagged word = memory_.Read<uint64_t>(begin + k * kWord).value_or(0);
      Add(kind, word, begin + k * kWord, strings || IsListed(word));
    }
  }
  bool IsExternalString(Tagged word) const {
    const auto map = heap_.runtime().MapOf(word);
    return map && map->kind == Kind::kString &&
           ShapeOf(map->instance_type) == StringShape::kExternal;
  }

  const Heap& heap_;
  const MemorySource& memory_;
  const uint32_t isolate_;
  const Address at_;
  std::vector<Root>& roots_;
  std::vector<uint64_t> words_;
  std::vector<bool> taken_;
  std::set<Address> seen_;
};

}  // namespace

std::string_view Name(RootKind kind) {
  switch (kind) {
    case RootKind::kReadOnlyRootList:
      return "(Read-only roots)";
    case RootKind::kStrongRootList:
      return "(Strong root list)";
    case RootKind::kBuiltins:
      return "(Builtins)";
    case RootKind::kHandleScope:
      return "(Handle scope)";
    case RootKind::kGlobalHandles:
      return "(Global handles)";
    case RootKind::kEternalHandles:
      return "(Eternal handles)";
    case RootKind::kTracedHandles:
      return "(Traced handles)";
    case RootKind::kStartupObjectCache:
      return "(Startup object cache)";
    case RootKind::kStackRoots:
      return "(Stack roots)";
    case RootKind::kStringTable:
      return "(Internalized strings)";
    case RootKind::kExternalStringsTable:
      return "(External strings)";
    case RootKind::kOther:
      break;
  }
  return "(Isolate)";
}

std::vector<Root> FindRoots(const Heap& heap) {
  std::vector<Root> roots;
  for (uint32_t i = 0; i < heap.runtime().isolates().size(); ++i)
    IsolateRoots(heap, i, roots).Find();
  FindStackRoots(heap, roots);
  std::ranges::stable_sort(roots, {},
                           [](const Root& root) { return std::pair(root.isolate, root.kind); });
  return roots;
}

}  // namespace nodeheap::v8

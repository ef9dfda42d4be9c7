#include "support/fake_heap.h"

#include <stdexcept>

#include "v8/packs.h"

namespace nodeheap::test {
namespace {

using v8::Address;
using v8::Kind;
using v8::Space;
using v8::Tagged;

constexpr uint8_t kMapWords = 10;
constexpr v8::Version kVersion{11, 3, 244};

v8::Layout ResolveLayout() {
  for (const v8::Metadata& metadata : v8::Packs())
    if (metadata.v8_version == kVersion) return v8::Layout::Resolve(metadata).value();
  throw std::runtime_error("no pack has V8 11.3");
}

const v8::Layout& LayoutOf20() {
  static const v8::Layout layout = ResolveLayout();
  return layout;
}

// The first type of each kind that there is.
std::map<Kind, uint16_t> FirstTypes() {
  constexpr uint16_t kEnd = 4096;
  std::map<Kind, uint16_t> types;
  for (uint16_t type = 0; type < kEnd; ++type) types.emplace(LayoutOf20().types.kind(type), type);
  return types;
}

}  // namespace

FakeHeap::FakeHeap() : layout(LayoutOf20()) {
  memory.Map(kIsolate, kMalloc + 0x10000 - kIsolate);
  memory.Set<uint64_t>(kIsolate + v8::kWord, kIsolate);
  memory.Map(kStack, 0x10000);
  memory.thread_list = {{.id = 1, .pc = 0, .sp = kStack, .fp = 0, .tls = 0, .registers = {}}};

  map_page_ = AddPage(Space::kReadOnly);
  meta_map_ = v8::Tag(tops_[map_page_]);
  meta_map_ = AddMap(Kind::kMap, kMapWords);
  fixed_array_map_ = AddMap(Kind::kFixedArray, 0);
  free_space_map_ = AddMap(Kind::kFreeSpace, 0);
}

Address FakeHeap::AddPage(Space space, uint64_t flags, uint64_t size) {
  const Address page = next_page_;
  next_page_ += v8::RoundUp(size, v8::kPageAlignment) + v8::kPageAlignment;
  memory.Map(page, size);
  WriteHeader(page, space, flags, size);
  tops_[page] = page + kPageHeader;
  return page;
}

void FakeHeap::WriteHeader(Address page, Space space, uint64_t flags, uint64_t size) {
  const Address owner = space == Space::kReadOnly ? 0 : SpaceObject(space);
  memory.Set(page, size);
  memory.Set(page + 8, flags);
  memory.Set(page + 16, owner == 0 ? 0 : kHeap);
  memory.Set(page + 24, page + kPageHeader);
  memory.Set(page + 32, page + size);
  memory.Set(page + 64, owner);
}

Address FakeHeap::SpaceObject(Space space) {
  const auto [entry, is_new] = spaces_.try_emplace(space, next_space_);
  if (!is_new) return entry->second;
  next_space_ += 0x200;
  uint32_t id = 0;
  while (v8::SpaceOf(id, kVersion) != space) ++id;
  memory.Set(entry->second + 8, kHeap);
  memory.Set(entry->second + 16, id);
  return entry->second;
}

std::optional<uint16_t> FakeHeap::TypeOf(Kind kind) const {
  static const std::map<Kind, uint16_t> types = FirstTypes();
  const auto found = types.find(kind);
  if (found == types.end()) return std::nullopt;
  return found->second;
}

Tagged FakeHeap::AddMap(Kind kind, uint8_t instance_words) {
  const Address map = Append(map_page_, {meta_map_, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  memory.Set(map + layout.map.instance_size_in_words, instance_words);
  memory.Set(map + layout.map.instance_type, TypeOf(kind).value());
  return v8::Tag(map);
}

Address FakeHeap::Append(Address page, std::initializer_list<Tagged> words) {
  const Address at = Skip(page, words.size() * v8::kWord);
  memory.Write(at, std::as_bytes(std::span(words.begin(), words.size())));
  return at;
}

Address FakeHeap::AppendFixedArray(Address page, int32_t length) {
  const Address at = Append(page, {fixed_array_map_, Smi(length)});
  Skip(page, static_cast<uint64_t>(length) * v8::kWord);
  return at;
}

Address FakeHeap::Skip(Address page, uint64_t bytes) {
  const Address at = tops_[page];
  tops_[page] += bytes;
  return at;
}

void FakeHeap::Close(Address page) {
  const auto room = static_cast<int32_t>(end_of(page) - tops_[page]);
  Append(page, {free_space_map_, Smi(room)});
}

const v8::Heap& FakeHeap::Walk() {
  Progress progress;
  heap_.reset();
  runtime_ = v8::Runtime::Open(memory, layout).value();
  heap_ = v8::Heap::Walk(*runtime_, progress, 2).value();
  return *heap_;
}

}  // namespace nodeheap::test

#include "v8/runtime.h"

#include <algorithm>

namespace nodeheap::v8 {

Result<Runtime> Runtime::Open(const MemorySource& memory, Layout layout) {
  Runtime runtime;
  runtime.memory_ = &memory;
  runtime.layout_ = std::move(layout);
  runtime.pages_ = Pages::Discover(memory, runtime.layout_.version);
  if (runtime.pages_.all().empty())
    return std::unexpected(Error{
        .code = ErrorCode::kUnsupported,
        .message = "there is no V8 heap in this memory",
        .hint = memory.health().complete()
                    ? "is it the core of a Node.js process?"
                    : "the core is incomplete: raise the limit (ulimit -c) and take another"});
  runtime.isolates_ = FindIsolates(memory, runtime.pages_, runtime.layout_);
  return runtime;
}

const Isolate* Runtime::isolate_of(const Page& page) const {
  const auto found = std::ranges::find(isolates_, page.heap, &Isolate::heap);
  return found == isolates_.end() ? nullptr : &*found;
}

std::optional<uint32_t> Runtime::CountField(Tagged object, uint64_t offset,
                                            uint64_t entry_size) const {
  const auto count = SmiField(object, offset);
  const Page* const page = pages_.FindContaining(Untag(object));
  if (!count || *count < 0 || page == nullptr) return std::nullopt;
  const auto entries = static_cast<uint32_t>(*count);
  if (entries * entry_size > page->area_end - Untag(object)) return std::nullopt;
  return entries;
}

std::optional<MapInfo> Runtime::MapOf(Tagged object) const {
  if (!IsStrong(object) && !IsWeak(object)) return std::nullopt;
  const Page* const page = pages_.Find(Untag(object));
  if (page == nullptr || Untag(object) % kWord != 0) return std::nullopt;
  return ReadMap(pages_, layout_, page->Word(Untag(object)));
}

}  // namespace nodeheap::v8

#include "v8/page_walker.h"

#include <algorithm>

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kThinStringBytes = 24;
constexpr uint64_t kConsStringBytes = 32;

void SetBit(std::vector<uint64_t>& bits, uint64_t index) {
  bits[index / 64] |= uint64_t{1} << (index % 64);
}

class Walker {
 public:
  Walker(const Page& page, const WalkContext& context, MapCache& maps)
      : page_(page), context_(context), maps_(maps) {
    const auto first =
        std::ranges::lower_bound(context.areas, page.area_start, {}, &LinearArea::top);
    const auto last =
        std::ranges::lower_bound(first, context.areas.end(), page.area_end, {}, &LinearArea::top);
    areas_ = {first, last};
    // The one object of a large page stands at its start.
    const uint64_t words = WordOf(IsLarge(page.space) ? page.area_start : page.area_end);
    result_.starts.resize(words / 64 + 1);
    result_.ends.resize(words / 64 + 1);
    next_area_ = next_certain_ = areas_.begin();
    PassAreas(page.area_start);
  }

  PageObjects Run() {
    Address at = page_.area_start;
    if (IsBeingSetUp()) at = SkipFree(at, page_.area_end);
    if (IsLarge(page_.space) && at < page_.area_end) at = TakeLargeObject(at);
    while (at < page_.area_end) at = Step(at);
    return std::move(result_);
  }

 private:
  uint64_t WordOf(Address at) const { return (at - page_.address) / kWord; }

  Address Step(Address at) {
    if (at >= next_top_) [[unlikely]]
      PassAreas(at);
    const bool at_top = at == next_top_;
    if (at_top && next_area_->certain) return SkipFree(at, next_area_->limit);
    const Tagged word = page_.Word(at);
    if (const MapInfo* const map = maps_.Find(word)) return TakeObject(at, *map);
    if (const uint64_t size = SizeOfMovedObject(at, word)) {
      EndObjects(at);
      result_.moved_bytes += size;
      return at + size;
    }
    if (at_top)
      if (const Address limit = LimitOfUncertainArea(at)) return SkipFree(at, limit);
    EndObjects(at);
    const Address next = NextStart(at);
    result_.unparsed_bytes += next - at;
    return next;
  }

  // V8 sets the flags of a page after its memory was allocated.
  bool IsBeingSetUp() const {
    if (page_.flags != 0) return false;
    const std::byte* const area = page_.bytes + (page_.area_start - page_.address);
    return std::all_of(area, area + (page_.area_end - page_.area_start),
                       [](std::byte byte) { return byte == std::byte{0}; });
  }

  Address SkipFree(Address at, Address end) {
    EndObjects(at);
    result_.free_bytes += end - at;
    return end;
  }

  Address TakeObject(Address at, const MapInfo& map) {
    const Kind kind = map.kind;  // looking at other maps forgets this one
    const uint64_t size = SizeAt(at, map);
    if (kind == Kind::kFreeSpace || kind == Kind::kFiller) return SkipFree(at, at + size);
    Record(at, size);
    return at + size;
  }

  // Returns the end of the page: what follows the object is free.
  Address TakeLargeObject(Address at) {
    const uint64_t room = page_.area_end - at;
    if (const MapInfo* const map = maps_.Find(page_.Word(at))) {
      const uint64_t size =
          ObjectSize(page_, at, *map, context_.layout, context_.variants, context_.pages);
      const uint64_t taken = size == 0 || size > room || size % kWord != 0 ? room : size;
      Record(at, taken);
      result_.free_bytes += room - taken;
    } else {
      result_.unparsed_bytes += room;
    }
    return page_.area_end;
  }

  void Record(Address at, uint64_t size) {
    result_.used_bytes += size;
    result_.last_end = at + size - page_.address;
    ++result_.count;
    SetBit(result_.starts, WordOf(at));
  }

  void EndObjects(Address at) { SetBit(result_.ends, WordOf(at)); }

  uint64_t SizeAt(Address at, const MapInfo& map) {
    const uint64_t size =
        ObjectSize(page_, at, map, context_.layout, context_.variants, context_.pages);
    if (Fits(at, size)) return size;
    ++(size == 0 ? result_.guessed_objects : result_.misfits);
    return NextStart(at) - at;
  }

  // Goes on to the areas at or after `at`. Objects end where a certain one begins.
  void PassAreas(Address at) {
    while (next_area_ != areas_.end() && next_area_->top < at) ++next_area_;
    next_top_ = next_area_ == areas_.end() ? page_.area_end : next_area_->top;
    while (next_certain_ != areas_.end() && (next_certain_->top <= at || !next_certain_->certain))
      ++next_certain_;
    end_of_run_ = next_certain_ == areas_.end() ? page_.area_end : next_certain_->top;
  }

  // The next word that is a map: where an object starts that no field announces.
  Address NextStart(Address at) {
    for (at += kWord; at < end_of_run_; at += kWord) {
      const Tagged word = page_.Word(at);
      if (maps_.Find(word) != nullptr || SizeOfMovedObject(at, word) != 0) return at;
    }
    return end_of_run_;
  }

  // Of several, an accidental one ends where no object starts. 0: all are accidental.
  Address LimitOfUncertainArea(Address at) {
    for (auto area = next_area_; area != areas_.end() && area->top == at; ++area)
      if (area->limit == page_.area_end || maps_.Find(page_.Word(area->limit)) != nullptr)
        return area->limit;
    return 0;
  }

  // While V8 moves objects, the first word of an old copy is the address of the new one. Of a thin
  // string or a flat cons string, which the collector removes, it is the address of the contents.
  uint64_t SizeOfMovedObject(Address at, Tagged word) {
    if (word == 0 || word % kWord != 0) return 0;
    const Page* const target = context_.pages.Find(word);
    if (target == nullptr) return 0;
    const MapInfo* const map = maps_.Find(target->Word(word));
    if (map == nullptr) return 0;
    const bool is_string = map->kind == Kind::kString;
    const uint64_t size =
        ObjectSize(*target, word, *map, context_.layout, context_.variants, context_.pages);
    if (!is_string) return Fits(at, size) ? size : 0;
    for (const uint64_t possible : {size, kThinStringBytes, kConsStringBytes})
      if (Fits(at, possible) && StartsOrEnds(at + possible)) return possible;
    return 0;
  }

  bool Fits(Address at, uint64_t size) const {
    return size != 0 && size % kWord == 0 && size <= end_of_run_ - at;
  }

  // Whether it looks as if something begins here.
  bool StartsOrEnds(Address at) {
    if (at == end_of_run_) return true;
    const Tagged word = page_.Word(at);
    return maps_.Find(word) != nullptr ||
           (word != 0 && word % kWord == 0 && context_.pages.Find(word) != nullptr);
  }

  const Page& page_;
  const WalkContext& context_;
  MapCache& maps_;
  std::span<const LinearArea> areas_;  // with their tops on this page
  std::span<const LinearArea>::iterator next_area_;
  std::span<const LinearArea>::iterator next_certain_;
  Address next_top_ = 0;
  Address end_of_run_ = 0;
  PageObjects result_;
};

}  // namespace

PageObjects WalkPage(const Page& page, const WalkContext& context, MapCache& maps) {
  return Walker(page, context, maps).Run();
}

}  // namespace nodeheap::v8

#include "explorer/marker.h"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <iterator>
#include <mutex>
#include <vector>

#include "base/parallel.h"
#include "base/stoppable.h"
#include "explorer/embedded_objects.h"
#include "explorer/references.h"
#include "explorer/shared_work.h"
#include "explorer/tagged_body.h"

namespace nodeheap::explorer {
namespace {

using v8::Address;
using v8::Kind;
using v8::ObjectIndex;
using v8::Tagged;

struct Found {
  Address at = 0;
  const v8::Page* page = nullptr;
  ObjectIndex object{};
};

// What one thread does of the search. All share the bits of the marked objects.
class Marker {
 public:
  Marker(const v8::Heap& heap, const v8::DispatchTables& dispatch_tables, Bitmap& marked)
      : heap_(heap),
        dispatch_tables_(dispatch_tables),
        maps_(heap.pages(), heap.layout()),
        marked_(marked) {}

  void MarkRoot(ObjectIndex object) { MarkPointer(v8::Tag(heap_.address(object))); }

  // Together with the other threads, until nothing is left or the work is cancelled. Puts the
  // ephemeron tables that it finds aside.
  void RunShared(SharedWork<Found>& work, const Progress& progress) {
    sets_tables_aside_ = true;
    do {
      for (uint32_t steps = 0; HasNext(); ++steps) {
        if (steps % kCheckEvery == 0 && progress.cancelled()) return work.Stop();
        Visit(Next());
        work.Offer(stack_);
      }
    } while (work.Take(stack_));
  }
  std::vector<Found> TakeTables() { return std::move(tables_); }

  // The tables, and all that they keep alive.
  void RunTables(std::span<const Found> tables, const Progress& progress) {
    for (const Found& table : tables)
      VisitEphemerons(*table.page, table.at, heap_.size(table.object));
    for (uint32_t steps = 0; HasNext(); ++steps) {
      if (steps % kCheckEvery == 0 && progress.cancelled()) return;
      Visit(Next());
    }
  }

 private:
  static constexpr uint32_t kCheckEvery = 1 << 16;
  static constexpr uint32_t kFetchAhead = 16;

  bool HasNext() const { return !stack_.empty() || ahead_count_ != 0; }

  // The search is bound by cache misses: each object is fetched some steps before its visit.
  Found Next() {
    for (; !stack_.empty() && ahead_count_ < kFetchAhead; ++ahead_count_) {
      const Found& found = stack_.back();
      __builtin_prefetch(found.page->bytes + (found.at - found.page->address));
      ahead_[(ahead_first_ + ahead_count_) % kFetchAhead] = found;
      stack_.pop_back();
    }
    --ahead_count_;
    return ahead_[ahead_first_++ % kFetchAhead];
  }

  void Visit(const Found& object) {
    const Address at = object.at;
    const v8::Page& page = *object.page;
    MarkPointer(page.Word(at));
    const v8::MapInfo* const found = maps_.Find(page.Word(at));
    if (found != nullptr) {
      const v8::MapInfo map = *found;
      const uint64_t size = heap_.size(object.object);
      if (map.kind != Kind::kEphemeronHashTable)
        VisitBody(page, at, map, size);
      else if (sets_tables_aside_)
        tables_.push_back(object);
      else
        VisitEphemerons(page, at, size);
      MarkPointer(dispatch_tables_.CodeOf(at, map.kind, size));
      if (HoldsInstructions(map.kind, heap_.layout())) VisitInstructions(page, at, size);
    }
    ReleaseValues(at);
  }

  void VisitBody(const v8::Page& page, Address at, const v8::MapInfo& map, uint64_t size) {
    const Body body = TaggedBody(map, size, heap_.layout());
    const uint64_t weak = WeakFieldOf(map.kind, size, heap_.layout());
    const uint64_t end = std::min(body.end, size);
    for (uint64_t offset = body.begin; offset + v8::kWord <= end; offset += v8::kWord)
      if (offset != weak) MarkPointer(page.Word(at + offset));
  }

  // A value lives as long as its key (and the table).
  void VisitEphemerons(const v8::Page& page, Address at, uint64_t size) {
    for (uint64_t entry = kHashTableHeader; entry + kEphemeronEntry <= size;
         entry += kEphemeronEntry) {
      const Tagged key = page.Word(at + entry);
      const Tagged value = page.Word(at + entry + v8::kWord);
      if (!v8::IsStrong(key) || !v8::IsStrong(value)) continue;
      const auto key_object = heap_.Find(v8::Untag(key));
      if (!key_object) continue;
      if (marked_.Has(Index(*key_object)))
        MarkPointer(value);
      else
        values_[v8::Untag(key)].push_back(value);
    }
  }

  void ReleaseValues(Address key) {
    if (values_.empty()) return;
    const auto found = values_.find(key);
    if (found == values_.end()) return;
    const std::vector<Tagged> values = std::move(found->second);
    values_.erase(found);
    for (const Tagged value : values) MarkPointer(value);
  }

  // Instructions embed pointers at any byte.
  void VisitInstructions(const v8::Page& page, Address at, uint64_t size) {
    const EmbeddedObjects embedded(heap_, at);
    for (uint64_t offset = v8::kWord; offset + v8::kWord <= size; ++offset) {
      const Tagged word = page.Word(at + offset);
      if (v8::IsStrong(word) && !embedded.IsWeak(word, maps_)) MarkPointer(word);
    }
  }

  void MarkPointer(Tagged word) {
    if (!v8::IsStrong(word)) return;
    const Address at = v8::Untag(word);
    const v8::Page* const page = heap_.pages().Find(at);
    if (page == nullptr || at % v8::kWord != 0) return;
    const auto object = heap_.Find(*page, at);
    if (object && marked_.AddNewShared(Index(*object))) stack_.push_back({at, page, *object});
  }

  const v8::Heap& heap_;
  const v8::DispatchTables& dispatch_tables_;
  v8::MapCache maps_;
  Bitmap& marked_;
  std::vector<Found> stack_;
  std::array<Found, kFetchAhead> ahead_;  // those to be visited next, in a ring
  uint32_t ahead_first_ = 0;
  uint32_t ahead_count_ = 0;
  bool sets_tables_aside_ = false;
  std::vector<Found> tables_;
  boost::unordered_flat_map<Address, std::vector<Tagged>> values_;  // by their unmarked key
};

}  // namespace

// What only ephemeron tables keep alive is for one thread: which entries count depends on what is
// marked already, and it is little.
Result<Bitmap> MarkReachable(const v8::Heap& heap, std::span<const v8::Root> roots,
                             const v8::DispatchTables& dispatch_tables, unsigned threads,
                             const Progress& progress) {
  Bitmap marked(heap.object_count());
  SharedWork<Found> work(threads);
  std::mutex mutex;
  std::vector<Found> tables;
  RunParallel(threads, [&](unsigned index) {
    Marker marker(heap, dispatch_tables, marked);
    if (index == 0)
      for (const v8::Root& root : roots)
        if (!root.weak) marker.MarkRoot(root.object);
    try {
      marker.RunShared(work, progress);
    } catch (...) {
      work.Stop();
      throw;
    }
    const std::scoped_lock lock(mutex);
    std::ranges::copy(marker.TakeTables(), std::back_inserter(tables));
  });
  Marker(heap, dispatch_tables, marked).RunTables(tables, progress);
  NH_CHECK(CheckCancelled(progress));
  return marked;
}

}  // namespace nodeheap::explorer

#include "explorer/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "explorer/builtin_names.h"
#include "explorer/ephemerons.h"
#include "explorer/inessential.h"
#include "explorer/live_objects.h"
#include "explorer/node_ids.h"
#include "explorer/node_labels.h"
#include "explorer/reference_extractor.h"
#include "explorer/reference_merger.h"
#include "explorer/root_groups.h"
#include "v8/class_names.h"
#include "v8/roots.h"

namespace nodeheap::explorer {
namespace {

using v8::Address;
using v8::Kind;
using v8::ObjectIndex;
using v8::Root;

// Objects are handed to the threads in portions of this many.
constexpr uint32_t kPortion = 1 << 15;

class Explorer {
 public:
  Explorer(const v8::Heap& heap, const ExploreOptions& options, Progress& progress)
      : heap_(heap),
        runtime_(heap.runtime()),
        options_(options),
        threads_(ThreadCount(options.threads)),
        progress_(progress),
        roots_(RootsOf(heap, options)),
        groups_(runtime_, roots_),
        dispatch_tables_(heap) {}

  Result<HeapGraph> Run() {
    NH_TRY(const Bitmap included,
           ObjectsToExplore(heap_, roots_, dispatch_tables_, options_, progress_));
    const ObjectNumbers numbers(included, heap_.object_count(), groups_.node_count());
    ListObjects(numbers);
    NativeMemories natives(heap_, ArrayBuffers());
    natives.SetFirstNode(groups_.node_count() + numbers.count());
    AllocateNodes(natives);
    const Inessential inessential(heap_);
    const SharedState state{.heap = heap_,
                            .numbers = numbers,
                            .natives = natives,
                            .dispatch_tables = dispatch_tables_,
                            .inessential = inessential};
    NameObjects();
    NameOthers(natives);
    NameBuiltins(state);
    columns_.node_ids = NumberNodes(runtime_, options_.isolate.value_or(0), groups_.node_count(),
                                    columns_.addresses, natives.all());
    if (options_.references) NH_CHECK(ExtractReferences(state));
    if (!options_.unreachable && !options_.isolate)
      ReportUnreachable(heap_, numbers, columns_.health);
    return Finish();
  }

 private:
  void ListObjects(const ObjectNumbers& numbers) {
    objects_ = Column<uint32_t>(numbers.count());
    uint32_t at = 0;
    for (uint32_t i = 0; i < heap_.object_count(); ++i)
      if (numbers.Has(ObjectIndex{i})) objects_[at++] = i;
  }

  std::vector<uint32_t> ArrayBuffers() {
    std::vector<uint32_t> found;
    ForEachPortion([&] {
      return
          [&, pages = v8::PageCursor(heap_), maps = v8::MapCache(runtime_.pages(), heap_.layout())](
              uint32_t, uint32_t begin, uint32_t end) mutable {
            for (uint32_t i = begin; i < end; ++i) {
              const ObjectIndex object{objects_[i]};
              const v8::Page& page = pages.Of(object);
              const v8::MapInfo* const map = maps.Find(page.Word(heap_.address(page, object)));
              if (map != nullptr && map->kind == Kind::kJSArrayBuffer) Note(objects_[i], found);
            }
          };
    });
    return found;
  }
  // What is rare: it comes in any order.
  void Note(uint32_t number, std::vector<uint32_t>& list) {
    const std::scoped_lock lock(rare_mutex_);
    list.push_back(number);
  }

  // Each thread asks make() for a worker of its own, which is called with portions of the objects:
  // (number of the portion, begin, end).
  template <typename Make>
  void ForEachPortion(const Make& make) {
    std::atomic<uint32_t> next = 0;
    const auto size = static_cast<uint32_t>(objects_.size());
    RunParallel(threads_, [&](unsigned) {
      auto work = make();
      for (uint32_t i = next++; i < PortionCount() && !progress_.cancelled(); i = next++) {
        work(i, i * kPortion, std::min(i * kPortion + kPortion, size));
        progress_.Report("reading objects", i, PortionCount());
      }
    });
  }
  uint32_t PortionCount() const {
    return static_cast<uint32_t>((objects_.size() + kPortion - 1) / kPortion);
  }

  // ---- Nodes ----

  void AllocateNodes(const NativeMemories& natives) {
    const size_t nodes = natives.first_node() + natives.all().size();
    columns_.node_types = Column<uint8_t>(nodes);
    columns_.node_names = Column<uint32_t>(nodes);
    columns_.self_sizes = SizeColumn(nodes);
    columns_.first_edges = Column<uint32_t>(nodes + 1);
    columns_.addresses = AddressColumn(
        objects_.size(), [this](size_t i) { return heap_.address(ObjectIndex{objects_[i]}); });
    columns_.first_addressed = groups_.node_count();
  }

  void NameObjects() {
    ForEachPortion([this] {
      return [this, labels = NodeLabels(runtime_, pool_), pages = v8::PageCursor(heap_),
              maps = v8::MapCache(runtime_.pages(), heap_.layout())](uint32_t, uint32_t begin,
                                                                     uint32_t end) mutable {
        for (uint32_t i = begin; i < end; ++i) {
          const ObjectIndex object{objects_[i]};
          const v8::Page& page = pages.Of(object);
          const Address at = heap_.address(page, object);
          columns_.addresses.Set(i, at);
          const v8::MapInfo* const map = maps.Find(page.Word(at));
          if (map == nullptr) continue;
          const NodeLabel label = labels.Of(v8::Tag(at), *map);
          const uint32_t node = groups_.node_count() + i;
          columns_.node_types[node] = static_cast<uint8_t>(label.type);
          columns_.node_names[node] = label.name;
          columns_.self_sizes.Set(node, SelfSize(heap_, object, page, at, *map));
          if (label.type == NodeType::kObject && v8::IsPrototype(runtime_, v8::Tag(at), *map))
            Note(node, columns_.prototypes);
          if (map->kind == Kind::kEphemeronHashTable) Note(objects_[i], ephemeron_tables_);
        }
        EvictPortion(begin, end);
      };
    });
  }

  void NameOthers(const NativeMemories& natives) {
    const auto set = [this](uint32_t node, NodeType type, std::string_view name, uint64_t size) {
      columns_.node_types[node] = static_cast<uint8_t>(type);
      columns_.node_names[node] = pool_.Intern(name);
      columns_.self_sizes.Set(node, size);
    };
    for (uint32_t node = 0; node < groups_.node_count(); ++node)
      set(node, NodeType::kSynthetic, groups_.groups()[node].name, 0);
    for (uint32_t i = 0; i < natives.all().size(); ++i)
      set(natives.first_node() + i, NodeType::kNative, "system / JSArrayBufferData",
          natives.all()[i].size);
  }

  void NameBuiltins(const SharedState& state) {
    for (const auto& [code, name] : BuiltinNames(heap_, options_.native, roots_))
      if (const auto node = state.NodeOf(code)) columns_.node_names[*node] = pool_.Intern(name);
  }

  // ---- Edges ----

  Result<void> ExtractReferences(const SharedState& state) {
    std::ranges::sort(ephemeron_tables_);
    const Ephemerons ephemerons(state, ephemeron_tables_,
                                [this](uint32_t node) { return columns_.id(node); });
    ReferenceMerger merger(columns_, HeapWords());
    const std::span<uint32_t> counts(columns_.first_edges.data(), columns_.node_types.size());
    References of_roots;
    groups_.AddEdges(state, roots_, pool_, of_roots.edges, counts);
    merger.Add(0, of_roots);
    ForEachPortion([&] {
      return [&, extractor = ReferenceExtractor(state, pool_), found = References()](
                 uint32_t portion, uint32_t begin, uint32_t end) mutable {
        for (uint32_t i = begin; i < end; ++i) {
          const uint32_t node = groups_.node_count() + i;
          const size_t before = found.edges.size();
          extractor.Extract(ObjectIndex{objects_[i]}, found);
          ephemerons.AddEdges(node, before, pool_, found.edges);
          counts[node] = static_cast<uint32_t>(found.edges.size() - before);
        }
        merger.Add(portion + 1, found);
        EvictPortion(begin, end);
      };
    });
    if (progress_.cancelled())
      return std::unexpected(Error{.code = ErrorCode::kCancelled, .message = "cancelled"});
    NH_CHECK(merger.Finish());
    CountsToFirstEdges();
    return {};
  }
  // The heap and the graph together are more than there may be room for.
  void EvictPortion(uint32_t begin, uint32_t end) const {
    const Address first = columns_.addresses[begin];
    const Address last = columns_.addresses[end - 1];
    runtime_.memory().Evict(first, last - first + heap_.size(ObjectIndex{objects_[end - 1]}));
  }
  // Objects rarely have more references than words.
  size_t HeapWords() const {
    uint64_t bytes = 0;
    for (const v8::PageUsage& usage : heap_.usage()) bytes += usage.used;
    return bytes / v8::kWord;
  }
  void CountsToFirstEdges() {
    uint32_t total = 0;
    for (uint32_t& count : columns_.first_edges) total += std::exchange(count, total);
  }

  Result<HeapGraph> Finish() {
    NameTypes(columns_);
    std::ranges::sort(columns_.prototypes);
    columns_.strings = pool_.Finish();
    return HeapGraph::Create(std::move(columns_), threads_);
  }

  const v8::Heap& heap_;
  const v8::Runtime& runtime_;
  const ExploreOptions options_;
  const unsigned threads_;
  Progress& progress_;
  const std::vector<Root> roots_;
  const RootGroups groups_;
  const v8::DispatchTables dispatch_tables_;
  StringPool pool_;
  Column<uint32_t> objects_;  // those in the graph
  std::vector<uint32_t> ephemeron_tables_;
  std::mutex rare_mutex_;
  HeapGraph::Columns columns_;
};

}  // namespace

Result<HeapGraph> ExploreHeap(const v8::Heap& heap, const ExploreOptions& options,
                              Progress& progress) {
  return Explorer(heap, options, progress).Run();
}

}  // namespace nodeheap::explorer

#include "ledger/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ledger/contents.h"

namespace nodeheap::ledger {
namespace {

constexpr uint64_t kVsyscall = 0xFFFFFFFFFF600000;  // one page, the same in every process of x64
constexpr uint64_t kMaxVdso = uint64_t{64} << 10;
constexpr uint32_t kElfMagic = 0x464C457F;

struct KindInfo {
  Kind kind;
  std::string_view name;
  std::string_view title;
};
// By Kind.
constexpr KindInfo kKinds[] = {
    {Kind::kHeapObjects, "heap_objects", "V8's heap: objects"},
    {Kind::kHeapFree, "heap_free", "V8's heap: free between them"},
    {Kind::kHeapUnread, "heap_unread", "V8's heap: free, or not understood"},
    {Kind::kHeapOverhead, "heap_overhead", "V8's heap: headers of pages"},
    {Kind::kStacks, "stacks", "stacks of threads"},
    {Kind::kFiles, "files", "programs, libraries, mapped files"},
    {Kind::kBuffers, "array_buffers", "ArrayBuffers and Buffers"},
    {Kind::kStrings, "external_strings", "characters of external strings"},
    {Kind::kMallocUsed, "malloc_used", "malloc: in use by native code"},
    {Kind::kMallocFree, "malloc_free", "malloc: free, kept for later"},
    {Kind::kCode, "code", "code made at run time, outside of pages"},
    {Kind::kKernel, "kernel", "the kernel's (vdso)"},
    {Kind::kUnknown, "unknown", "anonymous, unknown"},
    {Kind::kReserved, "reserved", "reserved, never used"},
};

class Accountant {
 public:
  Accountant(const v8::Heap& heap, std::span<const CoreFile::Module> modules)
      : heap_(heap), memory_(heap.runtime().memory()), modules_(modules), map_(Mapped(memory_)) {}

  Ledger Run() {
    ledger_.mapped = map_.size();
    ledger_.most_resident = AddressMap(MaybeResident(memory_)).size();
    ledger_.mappings = memory_.mapped().size();
    ledger_.native = FindNativeMemory(heap_);
    AddPages();
    AddStacks();
    AddFiles();
    // Buffers and strings lie in chunks of malloc, which are read as a whole.
    ledger_.malloc = ReadGlibcMalloc(memory_, Variables(), Writable(map_.Unowned()));
    AddOwned(ledger_.native.buffers, Kind::kBuffers);
    AddOwned(ledger_.native.strings, Kind::kStrings);
    AddMalloc();
    AddRest();
    Sum();
    return std::move(ledger_);
  }

 private:
  static std::vector<Range> Files(const MemorySource& memory) {
    std::vector<Range> files;
    for (const MappedFile& file : memory.files()) files.push_back({file.start, file.end});
    return files;
  }

  static std::vector<Range> Mapped(const MemorySource& memory) {
    std::vector<Range> mapped = Files(memory);  // gcore leaves out what these have
    for (const MemoryRegion& region : memory.mapped()) mapped.push_back({region.start, region.end});
    return mapped;
  }

  // The kernel writes what a process once wrote to, even where that has lost all access.
  static std::vector<Range> MaybeResident(const MemorySource& memory) {
    std::vector<Range> ranges = Files(memory);
    for (const MemoryRegion& region : memory.mapped())
      if (!region.reserved) ranges.push_back({region.start, region.end});
    return ranges;
  }

  Owner PartOf(Kind kind, std::string what) {
    const auto [found, is_new] =
        owners_.try_emplace({kind, std::move(what)}, static_cast<Owner>(ledger_.parts.size()));
    if (is_new) ledger_.parts.push_back({.kind = kind, .what = found->first.second});
    return found->second;
  }

  void AddPages() {
    std::vector<Piece> layer;
    for (const v8::Page& page : heap_.pages().all()) {
      const v8::Isolate* const isolate = heap_.runtime().isolate_of(page);
      const std::string what =
          fmt::format("{} of {}", v8::Name(page.space), isolate ? isolate->label : "all");
      ForEachPart(heap_, page, [&](const Range& memory, PagePart part) {
        constexpr Kind kOf[] = {Kind::kHeapObjects, Kind::kHeapFree, Kind::kHeapUnread,
                                Kind::kHeapOverhead};
        layer.push_back({memory.start, memory.end, PartOf(kOf[static_cast<size_t>(part)], what)});
      });
    }
    map_.AddLayer(std::move(layer));
  }

  void AddStacks() {
    std::vector<Piece> layer;
    for (const ThreadStack& stack : FindThreadStacks(memory_)) {
      const Owner owner = PartOf(Kind::kStacks, fmt::format("thread {}", stack.thread_id));
      ledger_.parts[owner].thread_id = stack.thread_id;
      layer.push_back({stack.memory.start, stack.memory.end, owner});
      layer.push_back(
          {stack.guard.start, stack.guard.end, PartOf(Kind::kReserved, "guards of stacks")});
    }
    map_.AddLayer(std::move(layer));
  }

  void AddOwned(std::span<const OwnedMemory> owned, Kind kind) {
    std::vector<Piece> layer;
    const Owner owner = PartOf(kind, {});
    for (const OwnedMemory& each : owned)
      layer.push_back({each.memory.start, each.memory.end, owner});
    map_.AddLayer(std::move(layer));
  }

  // Files as the kernel tells them; then what belongs to a program or library but comes from no
  // file: variables that begin as zero.
  void AddFiles() {
    std::vector<Piece> files;
    for (const MappedFile& file : memory_.files())
      files.push_back({file.start, file.end, PartOf(Kind::kFiles, file.path)});
    map_.AddLayer(std::move(files));
    std::vector<Piece> rest;
    for (const CoreFile::Module& module : modules_)
      if (!IsVdso(module))
        rest.push_back({module.start, PageUp(module.end), PartOf(Kind::kFiles, module.path)});
    map_.AddLayer(std::move(rest));
  }

  void AddMalloc() {
    const Malloc& malloc = ledger_.malloc;
    const auto piece = [&](const MallocRun& run) {
      const std::string what = run.arena == 0 ? "main arena" : fmt::format("arena {}", run.arena);
      const Kind kind = run.is_used ? Kind::kMallocUsed : Kind::kMallocFree;
      return Piece{run.memory.start, run.memory.end, PartOf(kind, what)};
    };
    std::vector<Piece> layer;
    for (const MallocRun& run : malloc.cached) layer.push_back(piece(run));
    map_.AddLayer(std::exchange(layer, {}));
    for (const MallocRun& run : malloc.runs) layer.push_back(piece(run));
    const Owner large = PartOf(Kind::kMallocUsed, "chunks with a mapping of their own");
    for (const Range& chunk : malloc.mapped_chunks)
      layer.push_back({chunk.start, chunk.end, large});
    map_.AddLayer(std::move(layer));
  }

  void AddRest() {
    const std::span<const MemoryRegion> regions = memory_.mapped();
    AddressMap rest(map_.Unowned());
    std::vector<Piece> layer;
    for (uint32_t i = 0; i < regions.size(); ++i)
      layer.push_back({regions[i].start, regions[i].end, i});
    rest.AddLayer(std::exchange(layer, {}));
    for (const Piece& piece : rest.pieces())
      layer.push_back(
          {piece.start, piece.end, OwnerOfRest({piece.start, piece.end}, regions[piece.owner])});
    map_.AddLayer(std::move(layer));
  }

  Owner OwnerOfRest(const Range& range, const MemoryRegion& region) {
    if (range.start == kVsyscall) return PartOf(Kind::kKernel, "vsyscall");
    if (region.end - region.start <= kMaxVdso && memory_.Read<uint32_t>(region.start) == kElfMagic)
      return PartOf(Kind::kKernel, "vdso");
    if (region.executable) return PartOf(Kind::kCode, "");
    if (!region.writable && Contents(memory_).Of(range).written == 0)
      return PartOf(Kind::kReserved, "no access, or read only and empty");
    return PartOf(Kind::kUnknown, fmt::format("0x{:x}", region.start));
  }

  bool IsVdso(const CoreFile::Module& module) const {
    return module.path.empty() && module.end - module.start <= kMaxVdso;
  }

  // Where libc may keep its own variables: what is writable of programs and libraries, or, where
  // the core tells of none, all that is writable.
  std::vector<Range> Variables() const {
    std::vector<Range> files;
    for (const Piece& piece : map_.pieces())
      if (piece.owner != kNobody && ledger_.parts[piece.owner].kind == Kind::kFiles)
        files.push_back({piece.start, piece.end});
    std::vector<Range> variables = Writable(files);
    return variables.empty() ? Writable(map_.Unowned()) : variables;
  }

  std::vector<Range> Writable(std::span<const Range> ranges) const {
    std::vector<Range> writable;
    for (const MemoryRegion& region : memory_.mapped())
      if (region.writable) writable.push_back({region.start, region.end});
    AddressMap both(writable);
    std::vector<Piece> layer;
    for (const Range& range : ranges) layer.push_back({range.start, range.end, 0});
    both.AddLayer(std::move(layer));
    std::vector<Range> result;
    for (const Piece& piece : both.pieces())
      if (piece.owner != kNobody) result.push_back({piece.start, piece.end});
    return result;
  }

  void Sum() {
    Contents contents(memory_);
    for (const Piece& piece : map_.pieces()) {
      Part& part = ledger_.parts[piece.owner];
      part.size += piece.end - piece.start;
      ++part.pieces;
      const Amounts amounts = contents.Of({piece.start, piece.end});
      part.dumped += amounts.dumped;
      if (part.kind != Kind::kFiles) part.written += amounts.written;
    }
    std::erase_if(ledger_.parts, [](const Part& part) { return part.size == 0; });
    std::ranges::stable_sort(ledger_.parts, [](const Part& a, const Part& b) {
      return std::pair(a.kind, b.size) < std::pair(b.kind, a.size);
    });
  }

  const v8::Heap& heap_;
  const MemorySource& memory_;
  std::span<const CoreFile::Module> modules_;
  AddressMap map_;
  Ledger ledger_;
  std::map<std::pair<Kind, std::string>, Owner> owners_;
};

}  // namespace

std::string_view Name(Kind kind) { return kKinds[static_cast<size_t>(kind)].name; }
std::string_view Title(Kind kind) { return kKinds[static_cast<size_t>(kind)].title; }

Ledger Account(const v8::Heap& heap, std::span<const CoreFile::Module> modules) {
  return Accountant(heap, modules).Run();
}

}  // namespace nodeheap::ledger

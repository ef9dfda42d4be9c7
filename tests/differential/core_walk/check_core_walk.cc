// How exact the walk of a core's heap is:
//   check_core_walk CORE NODE_BINARY
// prints one line of numbers as "name=value", for tests/differential/core_walk/run, then what is
// wrong. Succeeds if the heap was walked without a gap and agrees with V8's own list of its
// objects, where the core has one.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <span>

#include "differential/core_walk/id_map.h"
#include "memory/core_file.h"
#include "memory/elf_image.h"
#include "v8/heap.h"

using namespace nodeheap;
using namespace nodeheap::v8;

namespace {

constexpr uint64_t kMostShown = 10;

struct Findings {
  uint64_t identified = 0;  // objects that V8 lists
  uint64_t missing = 0;     // of them, not found by the walk
  uint64_t wrong = 0;       // found with another size
  uint64_t bytes = 0;       // of all pages
  uint64_t unparsed = 0;
  uint64_t moved = 0;
  uint64_t absent = 0;
  uint64_t guessed = 0;  // objects whose size only the next object tells
  std::string details;   // a line for each of the first few

  bool exact() const { return missing + wrong + unparsed == 0; }
  void Show(std::string line, uint64_t count) {
    if (count <= kMostShown) details += "  " + std::move(line) + "\n";
  }
};

std::string Describe(const Heap& heap, Address at) {
  const Page& page = *heap.pages().FindContaining(at);
  const auto map = heap.runtime().MapOf(Tag(at));
  return fmt::format("{:#x} ({}) on the {} page {:#x}, flags {:#x}{}", at,
                     map ? heap.layout().types.name(map->instance_type) : "no map",
                     Name(page.space), page.address, page.flags,
                     heap.usage()[heap.pages().IndexOf(page)].stale ? ", stale" : "");
}

// V8 counts an external string with its characters.
bool IsExternalString(const Heap& heap, Address at) {
  const auto map = heap.runtime().MapOf(Tag(at));
  return map && map->kind == Kind::kString && ShapeOf(map->instance_type) == StringShape::kExternal;
}

void CompareWithIdMap(const Heap& heap, Findings& findings) {
  for (const auto& [address, size] : FindIdMap(heap.runtime().memory(), heap.pages())) {
    ++findings.identified;
    const auto object = heap.Find(address);
    if (!object) {
      findings.Show("missing: " + Describe(heap, address), ++findings.missing);
    } else if (size != 0 && heap.size(*object) != size && !IsExternalString(heap, address)) {
      findings.Show(
          fmt::format("{} bytes, not {}: {}", size, heap.size(*object), Describe(heap, address)),
          ++findings.wrong);
    }
  }
}

void AddUsage(const Heap& heap, Findings& findings) {
  uint64_t pages = 0;
  for (size_t i = 0; i < heap.usage().size(); ++i) {
    const PageUsage& usage = heap.usage()[i];
    const Page& page = heap.pages().all()[i];
    findings.bytes += usage.used + usage.free + usage.moved + usage.unparsed;
    findings.unparsed += usage.unparsed;
    findings.moved += usage.moved;
    findings.absent += page.absent_bytes;
    findings.guessed += usage.guessed_objects;
    if (usage.unparsed != 0)
      findings.Show(fmt::format("{} bytes unparsed of the {} page {:#x}, flags {:#x}",
                                usage.unparsed, Name(page.space), page.address, page.flags),
                    ++pages);
  }
}

Result<Findings> Check(const std::string& core_path, const std::string& binary_path) {
  Progress progress;
  NH_TRY(const auto core, CoreFile::Open(core_path, progress));
  NH_TRY(const auto binary, ElfImage::Open(binary_path));
  NH_TRY(const Metadata metadata, ReadMetadata(*binary));
  NH_TRY(Layout layout, Layout::Resolve(metadata));
  NH_TRY(const Runtime runtime, Runtime::Open(*core, std::move(layout)));
  NH_TRY(const Heap heap, Heap::Walk(runtime, progress));
  Findings findings;
  CompareWithIdMap(heap, findings);
  AddUsage(heap, findings);
  fmt::print(
      "v8={} isolates={} objects={} identified={} missing={} wrong={} bytes={} unparsed={} "
      "moved={} "
      "absent={} guessed={}\n{}",
      ToString(metadata.v8_version), runtime.isolates().size(), heap.object_count(),
      findings.identified, findings.missing, findings.wrong, findings.bytes, findings.unparsed,
      findings.moved, findings.absent, findings.guessed, findings.details);
  return findings;
}

int Run(std::span<char*> arguments) {
  if (arguments.size() != 3) {
    fmt::print(stderr, "usage: check_core_walk CORE NODE_BINARY\n");
    return 2;
  }
  const auto findings = Check(arguments[1], arguments[2]);
  if (!findings) {
    fmt::print(stderr, "check_core_walk: {}\n", nodeheap::Describe(findings.error()));
    return 3;
  }
  return findings->exact() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run({argv, static_cast<size_t>(argc)});
  } catch (const std::exception& error) {
    fmt::print(stderr, "check_core_walk: {}\n", error.what());
    return 3;
  }
}

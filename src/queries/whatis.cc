// What an address of the process belongs to.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "queries/core_only.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "queries/spaces.h"
#include "session/native_code.h"
#include "v8/class_names.h"
#include "v8/strings.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "address",
     .positional = true,
     .required = true,
     .placeholder = "ADDRESS",
     .help = "in hexadecimal, such as 0x7f0012345678; tagged pointers do, too"},
    kNoLimitParam,
};

constexpr Example kExamples[] = {
    {"core 0x7f0012345678", "the object in which the address lies, or what else is there"}};

constexpr std::string_view kAliases[] = {"v8whatis"};
// Of the registers that lead there.
constexpr SortOption kSorts[] = {{"thread", false, "", true}};

constexpr uint64_t kMaxTextUnits = 200;

Result<uint64_t> ParseAddress(std::string_view text) {
  const std::string_view digits = text.starts_with("0x") ? text.substr(2) : text;
  uint64_t address = 0;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address, 16);
  if (failed == std::errc{} && end == digits.data() + digits.size()) return address;
  return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                               .message = fmt::format("\"{}\" is no address", text),
                               .hint = "addresses are hexadecimal, such as 0x7f0012345678"});
}

// What is known of the address, by the keys of kFields.
struct Facts {
  std::string what;
  std::string type = {};
  std::string value = {};
  Cell start = {};
  Cell size = {};
  Cell offset = {};
  std::string space = {};
  std::string isolate = {};
  Cell page = {};
  std::string memory = {};
  std::string file = {};
};

void AddStart(uint64_t address, uint64_t start, Facts& facts) {
  facts.start = AddressText(start);
  facts.offset = address - start;
}

void DescribeObject(const v8::Heap& heap, v8::ObjectIndex object, Facts& facts) {
  const v8::Runtime& runtime = heap.runtime();
  const v8::Tagged tagged = v8::Tag(heap.address(object));
  facts.what = "an object in V8's heap";
  facts.size = heap.size(object);
  const auto map = runtime.MapOf(tagged);
  if (!map) return;
  facts.type = runtime.layout().types.name(map->instance_type);
  if (runtime.layout().types.IsReceiver(map->instance_type))
    facts.value = v8::ConstructorName(runtime, tagged, *map);
  else if (const auto text = v8::ReadString(runtime, tagged, kMaxTextUnits))
    facts.value = fmt::format("\"{}\"{}", text->text, text->complete ? "" : "…");
}

void DescribePage(const v8::Runtime& runtime, const v8::Page& page, Facts& facts) {
  facts.space = v8::Name(page.space);
  facts.isolate = LabelOf(runtime.isolate_of(page));
  facts.page = AddressText(page.address);
}

Result<Facts> InHeap(Process& process, const v8::Page& page, uint64_t address, Progress& progress) {
  NH_TRY(const v8::Heap* const heap, process.WalkedHeap(progress));
  Facts facts;
  DescribePage(process.runtime(), page, facts);
  if (const auto object = heap->FindContaining(address)) {
    DescribeObject(*heap, *object, facts);
    AddStart(address, heap->address(*object), facts);
    return facts;
  }
  AddStart(address, page.address, facts);
  facts.size = page.size;
  if (!page.Contains(address))
    facts.what = "the header of a page of V8's heap";
  else if (heap->usage()[process.runtime().pages().IndexOf(page)].stale)
    facts.what = "a page of V8's heap that the garbage collector had emptied";
  else
    facts.what = "free memory on a page of V8's heap";
  return facts;
}

// "read, write"
std::string Permissions(const MemoryRegion& region) {
  std::string text = "read";
  if (region.writable) text += ", write";
  if (region.executable) text += ", execute";
  return text;
}

std::string FileText(const MappedFile& file, uint64_t address) {
  return fmt::format("{}, at {}", file.path, AddressText(file.offset + (address - file.start)));
}

Facts OutsideHeap(const Process& process, uint64_t address) {
  const MemorySource& memory = process.memory();
  Facts facts{.what = process.is_core() ? "nothing that is in this core"
                                        : "nothing that the process may read"};
  if (const MemoryRegion* const region = FindRegion(memory, address)) {
    facts.what = "memory outside of V8's heap";
    facts.memory = fmt::format("{} to {}, {}", AddressText(region->start), AddressText(region->end),
                               Permissions(*region));
  }
  const auto file = std::ranges::find_if(memory.files(), [&](const MappedFile& mapped) {
    return address >= mapped.start && address < mapped.end;
  });
  if (file != memory.files().end()) {
    facts.what = "a mapped file";
    facts.file = FileText(*file, address);
  }
  if (const ThreadState* const thread = FindStack(memory, address)) {
    const std::string role = ThreadRole(process, *thread);
    facts.what =
        fmt::format("the stack of thread {}{}{}", thread->id, role.empty() ? "" : ", ", role);
  }
  if (const auto place = FindNativePlace(process, address)) {
    facts.what = "native code";
    facts.value = place->function;
    AddStart(address, address - place->offset, facts);
  }
  return facts;
}

const v8::Page* FindPage(const v8::Pages& pages, uint64_t address) {
  const auto after = std::ranges::upper_bound(pages.all(), address, {}, &v8::Page::address);
  if (after == pages.all().begin()) return nullptr;
  const v8::Page& page = *std::prev(after);
  return address - page.address < page.size ? &page : nullptr;
}

Table FactsTable(uint64_t address, const Facts& facts) {
  return {
      .name = "whatis",
      .layout = Layout::kDetails,
      .fields = {{"address", "Address"},
                 {"what", "Is in"},
                 {"type", "Type"},
                 {"value", "Named"},
                 {"start", "Starts at"},
                 {"size", "Size", Unit::kBytes},
                 {"offset", "Offset in it", Unit::kBytes},
                 {"space", "Space"},
                 {"isolate", "Isolate"},
                 {"page", "Page"},
                 {"memory", "Memory"},
                 {"file", "File"}},
      .rows = {{AddressText(address), facts.what, facts.type, facts.value, facts.start, facts.size,
                facts.offset, facts.space, facts.isolate, facts.page, facts.memory, facts.file}},
      .total = 1};
}

// The registers that lead to [start, end), tagged or not.
Table RegistersTable(const MemorySource& memory, uint64_t start, uint64_t end) {
  Table table{
      .name = "registers",
      .title = "Registers that lead there",
      .fields = {{"thread", "Thread", Unit::kCount}, {"register", "Register"}, {"value", "Value"}}};
  for (const ThreadState& thread : memory.threads())
    for (const auto& [name, value] : thread.registers)
      if (value >= start && value < end)
        table.rows.push_back({int64_t{thread.id}, name, AddressText(value)});
  table.total = table.rows.size();
  return table;
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "whatis"));
  NH_TRY(const uint64_t address, ParseAddress(*input.arguments.Text("address")));
  Facts facts;
  if (const v8::Page* const page = FindPage(process->runtime().pages(), address)) {
    NH_TRY(facts, InHeap(*process, *page, address, input.progress));
  } else {
    facts = OutsideHeap(*process, address);
  }
  Report report;
  report.tables.push_back(FactsTable(address, facts));
  const auto* const size = std::get_if<uint64_t>(&facts.size);
  const uint64_t start = address - (size != nullptr ? std::get<uint64_t>(facts.offset) : 0);
  Table registers = RegistersTable(process->memory(), start, start + (size != nullptr ? *size : 1));
  CutRows(registers, input.arguments.paging());
  if (!registers.rows.empty()) report.tables.push_back(std::move(registers));
  if (!facts.type.empty())
    report.next = {CommandFor(input.session, "inspect", std::get<std::string>(facts.start))};
  return report;
}

}  // namespace

constinit const QueryInfo kWhatIs = {
    .name = "whatis",
    .summary = "tell what an address belongs to (cores)",
    .description =
        "Tells what lies at an address: the object of V8's heap that contains it, with its start, "
        "size and type; a page, a thread's stack, a native function, a mapped file. Registers that "
        "lead to the same thing are listed.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap

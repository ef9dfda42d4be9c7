// The functions of a process by their definitions, each with the number of its closures.
#include "v8/functions.h"

#include <algorithm>
#include <unordered_map>

#include "base/stoppable.h"
#include "queries/core_only.h"
#include "queries/name_filter.h"
#include "queries/paging.h"
#include "queries/queries.h"
#include "v8/stack_values.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "name",
     .short_name = 'n',
     .kind = ParamKind::kText,
     .placeholder = "TEXT",
     .help = "only functions whose name contains TEXT, in any case"},
    {.name = "script",
     .short_name = 's',
     .kind = ParamKind::kText,
     .placeholder = "TEXT",
     .help = "only functions whose place contains TEXT, in any case: a file, or file:line"},
};

constexpr Example kExamples[] = {
    {"core", "the functions with most closures"},
    {"core -s server.js", "those of one script"},
};
constexpr std::string_view kAliases[] = {"jsfunctions", "jsfunction"};
constexpr SortOption kSorts[] = {
    {"closures", true}, {"self_size", true}, {"name", false}, {"place", false}};

struct Definition {
  v8::Tagged shared = 0;
  v8::Tagged sample = 0;  // a closure
  uint64_t closures = 0;
  uint64_t self_size = 0;
  std::string name = {};
  std::string place = {};
};

Result<std::vector<Definition>> FindDefinitions(const v8::Heap& heap, const Progress& progress) {
  const v8::Runtime& runtime = heap.runtime();
  std::vector<Definition> found;
  std::unordered_map<v8::Tagged, size_t> places;
  NH_CHECK(ForEachBelow(heap.object_count(), progress, [&](uint32_t i) {
    const v8::ObjectIndex object{i};
    const v8::Tagged word = v8::Tag(heap.address(object));
    if (!runtime.Is(word, v8::Kind::kJSFunction)) return;
    const v8::Tagged shared = v8::SharedOf(runtime, word);
    if (shared == 0) return;
    const auto [place, is_new] = places.try_emplace(shared, found.size());
    if (is_new) found.push_back({.shared = shared, .sample = word});
    Definition& definition = found[place->second];
    ++definition.closures;
    definition.self_size += heap.size(object);
  }));
  NH_CHECK(ForEachBelow(found.size(), progress, [&](uint32_t i) {
    found[i].name = v8::FunctionName(runtime, found[i].shared);
    found[i].place = v8::DefinitionText(runtime, found[i].shared);
  }));
  return found;
}

std::weak_ordering Compare(const Definition& a, const Definition& b, std::string_view key) {
  if (key == "self_size") return a.self_size <=> b.self_size;
  if (key == "name") return a.name <=> b.name;
  if (key == "place") return a.place <=> b.place;
  return a.closures <=> b.closures;
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "functions"));
  NH_TRY(const v8::Heap* const heap, process->WalkedHeap(input.progress));
  NH_TRY(const std::vector<Definition> found, FindDefinitions(*heap, input.progress));
  const NameFilter names(input.arguments, "name");
  const NameFilter places(input.arguments, "script");
  std::vector<uint32_t> matching;
  for (uint32_t i = 0; i < found.size(); ++i)
    if (names.Matches(found[i].name) && places.Matches(found[i].place)) matching.push_back(i);
  Table table{.name = "functions",
              .fields = {{"closures", "Closures", Unit::kCount},
                         {"self_size", "Self size", Unit::kBytes},
                         {"id", "Sample", Unit::kObjectId},
                         {"name", "Name"},
                         {"place", "Defined at"}}};
  const Paging& paging = input.arguments.paging();
  const auto compare = [&](uint32_t a, uint32_t b) {
    return Compare(found[a], found[b], paging.sort);
  };
  const auto row = [&](uint32_t i) -> Row {
    const Definition& definition = found[i];
    return {definition.closures, definition.self_size, AddressText(v8::Untag(definition.sample)),
            definition.name, definition.place};
  };
  NH_CHECK(AddPage(table, std::move(matching), paging, input.progress, compare, row));
  Report report;
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

constinit const QueryInfo kFunctions = {
    .name = "functions",
    .summary = "list the functions with the number of their closures (cores)",
    .description =
        "Lists the functions that the process has made, those defined at one place in one row, "
        "with the number of closures and one of them. inspect shows the variables of a closure, "
        "source its source.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap

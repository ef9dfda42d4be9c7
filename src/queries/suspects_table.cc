#include "queries/suspects_table.h"

#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/root_paths.h"
#include "session/process.h"
#include "v8/buffers.h"
#include "v8/functions.h"
#include "v8/properties.h"
#include "v8/stack_values.h"

namespace nodeheap {

DefinitionOf DefinitionsIn(const Session& session) {
  const Process* const process = session.process();
  if (process == nullptr) return {};
  return [process, &graph = session.graph()](NodeId function) {
    const auto address = graph.address(function);
    const v8::Tagged shared =
        address ? v8::SharedOf(process->runtime(), v8::Tag(*address)) : v8::Tagged{};
    return shared == 0 ? std::string() : v8::DefinitionText(process->runtime(), shared);
  };
}

namespace {

// Of a core.
SuspectFacts FactsOf(const Process& process, const HeapGraph& graph) {
  const auto object_of = [&graph](NodeId node) {
    const auto address = graph.address(node);
    return address ? v8::Tag(*address) : v8::Tagged{};
  };
  const auto count_elements = [&runtime = process.runtime(), object_of](
                                  NodeId node, uint64_t most) -> std::optional<uint64_t> {
    const v8::Tagged object = object_of(node);
    const auto map = runtime.MapOf(object);
    if (!map) return std::nullopt;
    uint64_t count = 0;
    const uint32_t unknown = v8::ForEachElement(
        runtime, object, *map, [&](const v8::Property&) { return ++count < most; });
    return unknown == 0 ? std::optional(count) : std::nullopt;
  };
  const auto range_of_view = [&runtime = process.runtime(),
                              object_of](NodeId node) -> std::optional<ByteRange> {
    const auto view = v8::ArrayBufferView::Load(runtime, object_of(node));
    if (!view) return std::nullopt;
    return ByteRange{view->byte_offset, view->byte_offset + view->byte_length};
  };
  return {.count_elements = count_elements, .range_of_view = range_of_view};
}

}  // namespace

Result<std::vector<Suspect>> FindSuspectsIn(const Session& session, const Progress& progress,
                                            const std::vector<DuplicateString>* duplicates) {
  const Process* const process = session.process();
  SuspectFacts facts = process == nullptr ? SuspectFacts{} : FactsOf(*process, session.graph());
  facts.definition_of = DefinitionsIn(session);
  facts.duplicates = duplicates;
  return FindSuspects(session.graph(), session.analysis(), progress, facts);
}

Table SuspectsTable(const Session& session, const std::vector<Suspect>& suspects,
                    const Paging& paging) {
  const HeapGraph& graph = session.graph();
  const uint64_t total = HeapTotal(session);
  Table table{.name = "suspects",
              .title = suspects.empty() ? "Leak suspects: nothing here looks like a leak"
                                        : "Leak suspects: what accumulates, and what holds it",
              .fields = {{"share", "Share", Unit::kShare},
                         {"retained_size", "Retained", Unit::kBytes},
                         {"instances", "Instances", Unit::kCount, Placement::kMachineOnly},
                         {"id", "Id", Unit::kObjectId},
                         {"name", "Name", Unit::kText, Placement::kMachineOnly},
                         {"class", "Class", Unit::kText, Placement::kMachineOnly},
                         {"sample_id", "Sample", Unit::kObjectId, Placement::kMachineOnly},
                         {"kind", "Kind", Unit::kText, Placement::kMachineOnly},
                         {.key = "sentence", .title = "Suspect", .whole = true},
                         {"path", "held by", Unit::kText, Placement::kOwnLine},
                         {"fingerprint", "fingerprint", Unit::kText, Placement::kOwnLine}}};
  SetPage(table, paging, suspects.size());
  for (size_t i = table.offset; i < suspects.size() && IsOnPage(paging, i); ++i) {
    const Suspect& suspect = suspects[i];
    table.rows.push_back(
        {ShareOf(suspect.retained_size, total), suspect.retained_size, suspect.count,
         IdText(graph, suspect.holder), NodeName(session, suspect.holder), suspect.class_name,
         IdText(graph, suspect.sample), std::string(Name(suspect.kind)), suspect.sentence,
         PathText(session, suspect.path, suspect.places), FingerprintText(suspect.fingerprint)});
  }
  return table;
}

}  // namespace nodeheap

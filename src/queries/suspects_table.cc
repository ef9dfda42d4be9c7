#include "queries/suspects_table.h"

#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/root_paths.h"
#include "queries/suspect_facts.h"

namespace nodeheap {

Result<std::vector<Suspect>> FindSuspectsIn(const Session& session, const Progress& progress,
                                            const std::vector<DuplicateString>* duplicates) {
  SuspectFacts facts = SuspectFactsOf(session);
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

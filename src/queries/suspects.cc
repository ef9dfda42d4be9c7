// Leak suspects: what accumulates where, and what holds it.
#include "queries/queries.h"
#include "queries/suspects_table.h"

namespace nodeheap {
namespace {

constexpr Example kExamples[] = {
    {"app.heapsnapshot", "what looks like a leak"},
    {"app.heapsnapshot --format json", "with the fingerprint of each, for programs"},
};

constexpr SortOption kSorts[] = {{"retained_size", true, "the largest first", true}};

Result<Report> Run(const QueryInput& input) {
  Session& session = input.session;
  NH_CHECK(session.Prepare(Need::kAll, input.progress));
  NH_TRY(const std::vector<Suspect> suspects, FindSuspectsIn(session, input.progress));
  Report report;
  report.tables.push_back(SuspectsTable(session, suspects, input.arguments.paging()));
  return report;
}

}  // namespace

constinit const QueryInfo kSuspects = {
    .name = "suspects",
    .summary = "name what looks like a leak, and what keeps it alive",
    .description =
        "Names the objects below which memory accumulates in a way that leaks do: many objects of "
        "one class kept alive by one collection, chains of objects of which each keeps the next "
        "alive, events with many listeners, functions that wait for promises, contexts of the vm "
        "module, variables that no function can read any more; and what wastes a tenth of the "
        "heap: duplicate strings, arrays with far more room than elements, memory that small "
        "slices of it keep alive. The fingerprint is the same for the same leak in another dump, "
        "also of another process.",
    .examples = kExamples,
    .sorts = kSorts,
    .run = &Run,
};

}  // namespace nodeheap

// The heap as a `.heapsnapshot` file, for Chrome DevTools and other tools that read only those.
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Example kExamples[] = {
    {"core.1234 -o core.heapsnapshot", "open it in Chrome DevTools, Memory, Load profile"},
    {"core.1234 --isolate 1 -o worker.heapsnapshot", "only the heap of the first worker"},
    {"core.1234 | zstd > core.heapsnapshot.zst", "compressed on the way"},
};

Result<Report> Run(const QueryInput& input) {
  Report report;
  report.contents = [&session = input.session, &progress = input.progress](const ByteSink& sink) {
    return session.WriteSnapshot(sink, progress);
  };
  return report;
}

}  // namespace

constinit const QueryInfo kExport = {
    .name = "export",
    .summary = "write the heap of a core as a heap snapshot",
    .description =
        "Writes a .heapsnapshot that Chrome DevTools, MemLab and nodeheap read, with the nodes, "
        "edges, sizes and names that V8 itself would write. Where the process wrote a snapshot "
        "before, ids are those of that file, so that DevTools can compare the two.\n\n"
        "The file holds every string of the heap, so all its secrets.",
    .examples = kExamples,
    .sorts = {},
    .run = &Run,
};

}  // namespace nodeheap

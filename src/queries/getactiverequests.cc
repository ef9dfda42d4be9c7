// What was asked of the system and not answered yet: reads, writes, DNS queries …
#include "queries/active_wraps.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {kNoLimitParam};
constexpr Example kExamples[] = {{"core", "all requests that wait for an answer"}};
constexpr SortOption kSorts[] = {{"order", false, "by age", true}};

Result<Report> Run(const QueryInput& input) {
  return ReportWraps(input, "getactiverequests", WrapKind::kRequests);
}

}  // namespace

constinit const QueryInfo kGetActiveRequests = {
    .name = "getactiverequests",
    .summary = "list the requests of libuv that wait for an answer (cores)",
    .description =
        "Lists the requests of all event loops, as process._getActiveRequests() does: of files, "
        "of connections, of DNS and others.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap

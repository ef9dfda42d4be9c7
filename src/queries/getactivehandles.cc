// What keeps the event loop alive: sockets, servers, watchers, child processes …
#include "queries/active_wraps.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {kNoLimitParam};
constexpr Example kExamples[] = {{"core", "all handles, and whose they are"}};
constexpr SortOption kSorts[] = {{"order", false, "by age", true}};

Result<Report> Run(const QueryInput& input) {
  return ReportWraps(input, "getactivehandles", WrapKind::kHandles);
}

}  // namespace

constinit const QueryInfo kGetActiveHandles = {
    .name = "getactivehandles",
    .summary = "list the handles of libuv: sockets, servers, watchers … (cores)",
    .description =
        "Lists the handles of all event loops, with the object that the program knows, as "
        "process._getActiveHandles() does; that one leaves out those that do not keep the event "
        "loop alive. For timers, see timers.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap

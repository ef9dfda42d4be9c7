// One frame of JavaScript with its values.
#include "queries/core_only.h"
#include "queries/frame_values.h"
#include "queries/inspect_core.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "frame",
     .kind = ParamKind::kInteger,
     .positional = true,
     .placeholder = "FRAME",
     .help = "by the number that bt gives it; without it, the innermost of JavaScript"},
    kThreadParam,
    kNoLimitParam,
};

constexpr Example kExamples[] = {
    {"core", "the function in which the process stopped"},
    {"core 12", "frame 12; nodeheap inspect core this --frame 12 shows its receiver"},
};
constexpr SortOption kSorts[] = {{"position", false, "", true}};

Result<Report> Run(const QueryInput& input) {
  NH_TRY(const Process* const process, RequireProcess(input, "frame"));
  NH_TRY(const ChosenFrame chosen, ChooseFrame(*process, input.arguments));
  Report report;
  report.tables.push_back(FrameTable(process->runtime(), chosen, input.arguments.paging()));
  return report;
}

}  // namespace

constinit const QueryInfo kFrame = {
    .name = "frame",
    .summary = "show a frame of JavaScript with its values (cores)",
    .description =
        "Shows the receiver of a frame, its function, the arguments it was called with, and the "
        "variables that it shares with closures. inspect and print take their names. Variables "
        "that no closure uses have no names in V8's memory.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap

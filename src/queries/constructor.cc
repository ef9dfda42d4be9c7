// The function that made an object.
#include "queries/inspect_core.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {kNodeParam, kFrameParam, kThreadParam, kNoLimitParam};
constexpr Example kExamples[] = {{"core 0x7f0012345678", "the class of an object, as a function"}};
constexpr std::string_view kAliases[] = {"jsconstructor"};
constexpr SortOption kSorts[] = {{"id", false}};

}  // namespace

constinit const QueryInfo kConstructor = {
    .name = "constructor",
    .summary = "show the function that made an object (cores)",
    .description = "Shows the constructor of an object, and where it is defined.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &ConstructorInCore,
};

}  // namespace nodeheap

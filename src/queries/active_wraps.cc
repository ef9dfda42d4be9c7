#include "queries/active_wraps.h"

#include <fmt/format.h>

#include "queries/core_only.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "v8/stack_values.h"

namespace nodeheap {
namespace {

// What tells objects of a class apart.
struct Detail {
  std::string_view class_name;
  std::string_view property;
};
constexpr Detail kDetails[] = {{"Server", "_connectionKey"},
                               {"ChildProcess", "pid"},
                               {"ChildProcess", "spawnfile"},
                               {"Socket", "_host"},
                               {"Worker", "threadId"},
                               {"FSReqCallback", "path"},
                               {"GetAddrInfoReqWrap", "hostname"}};

std::string DetailOf(const v8::Runtime& runtime, v8::Tagged object, const std::string& class_name) {
  std::string text;
  for (const Detail& detail : kDetails) {
    if (detail.class_name != class_name) continue;
    const v8::Tagged value = node::FindValue(runtime, object, detail.property);
    if (value == 0) continue;
    const std::string shown =
        v8::IsSmi(value) ? std::to_string(v8::SmiValue(value)) : node::TextOf(runtime, value);
    if (!shown.empty()) text += (text.empty() ? "" : ", ") + shown;
  }
  return text;
}

std::string State(const node::Wrap& handle) {
  if (handle.closing) return "closing";
  if (!handle.active) return "idle";
  return handle.referenced ? "active" : "active, unreferenced";
}

Table WrapsTable(WrapKind kind) {
  const bool handles = kind == WrapKind::kHandles;
  const Placement only_handles = handles ? Placement::kColumn : Placement::kMachineOnly;
  return {.name = handles ? "handles" : "requests",
          .fields = {{"isolate", "Isolate"},
                     {"class", "Class"},
                     {"owner_class", "Owner", Unit::kText, only_handles},
                     {"type", "libuv", Unit::kText, only_handles},
                     {"state", "State", Unit::kText, only_handles},
                     {"keeps_alive", "Keeps alive", Unit::kText, Placement::kMachineOnly},
                     {"native", "Native", Unit::kText, Placement::kMachineOnly},
                     {"owner", "Owner's address", Unit::kText, only_handles},
                     {"address", "Address"},
                     {.key = "detail", .title = "Detail", .whole = true}}};
}

Row WrapRow(const v8::Runtime& runtime, const node::Environment& environment,
            const node::Wrap& wrap, WrapKind kind) {
  const bool is_handle = kind == WrapKind::kHandles;
  const bool has_owner = wrap.owner != 0;
  return {environment.isolate->label,
          wrap.class_name,
          wrap.owner_class,
          std::string(wrap.uv_type),
          is_handle ? State(wrap) : std::string("waiting"),
          std::string(!is_handle || (wrap.referenced && !wrap.closing) ? "yes" : "no"),
          AddressText(wrap.address),
          has_owner ? Cell{AddressText(v8::Untag(wrap.owner))} : Cell{},
          AddressText(v8::Untag(wrap.object)),
          has_owner ? DetailOf(runtime, wrap.owner, wrap.owner_class)
                    : DetailOf(runtime, wrap.object, wrap.class_name)};
}

}  // namespace

Result<Report> ReportWraps(const QueryInput& input, std::string_view query, WrapKind kind) {
  NH_TRY(Process* const process, RequireProcess(input, query));
  const v8::Runtime& runtime = process->runtime();
  Table table = WrapsTable(kind);
  Cell first;
  for (const node::Environment& environment : node::FindEnvironments(runtime)) {
    const auto wraps = node::FindWraps(runtime, environment);
    if (!wraps) continue;
    for (const node::Wrap& wrap : kind == WrapKind::kHandles ? wraps->handles : wraps->requests) {
      table.rows.push_back(WrapRow(runtime, environment, wrap, kind));
      if (first.index() == 0)
        first = AddressText(v8::Untag(wrap.owner != 0 ? wrap.owner : wrap.object));
    }
  }
  CutRows(table, input.arguments.paging());
  Report report;
  if (first.index() != 0)
    report.next = {CommandFor(input.session, "inspect", std::get<std::string>(first))};
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace nodeheap

// What the program was: process.argv, versions and the like.
#include <fmt/format.h>

#include "node/process_info.h"
#include "queries/core_only.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {kNoLimitParam};
constexpr Example kExamples[] = {{"core", "the program, its arguments, and the versions"}};
constexpr SortOption kSorts[] = {{"order", false, "as the process has them", true}};

// libc's `environ`, as the process has it.
uint64_t EnvironAddress(const Process& process) {
  const auto symbol =
      process.image() == nullptr ? std::nullopt : process.image()->FindSymbol("environ");
  return symbol ? symbol->address + process.image_bias() : 0;
}

// Quoted where one could not tell where an argument ends.
std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    const bool is_plain = !word.empty() && word.find_first_of(" \t\n\"") == std::string::npos;
    text += is_plain ? word : fmt::format("\"{}\"", word);
  }
  return text;
}

Table ProcessTable(const node::ProcessInfo& info, const std::string& title) {
  std::string release;
  for (const auto& [name, value] : info.release)
    if (name == "name" || name == "lts") release += (release.empty() ? "" : " ") + value;
  return {.name = "process",
          .layout = Layout::kDetails,
          .fields = {{"pid", "PID", Unit::kCount},
                     {"title", "Title"},
                     {"node_version", "Node.js"},
                     {"release", "Release"},
                     {"platform", "Platform"},
                     {"arch", "Architecture"},
                     {.key = "exec_path", .title = "Executable", .whole = true},
                     {.key = "exec_argv", .title = "Its options", .whole = true},
                     {.key = "argv", .title = "Arguments", .whole = true},
                     {"process_address", "process object"}},
          .rows = {{info.pid ? Cell{*info.pid} : Cell{}, title, info.version, release,
                    info.platform, info.arch, info.exec_path, Joined(info.exec_argv),
                    Joined(info.argv), AddressText(v8::Untag(info.process))}},
          .total = 1};
}

Table NamedTable(std::string name, std::string title, const node::NamedTexts& texts) {
  Table table{.name = std::move(name),
              .title = std::move(title),
              .fields = {{"name", "Name"}, {"value", "Value"}}};
  for (const auto& [key, value] : texts) table.rows.push_back({key, value});
  return table;
}

Table ListTable(std::string name, std::string title, const std::vector<std::string>& texts) {
  Table table{.name = std::move(name), .title = std::move(title), .fields = {{"value", "Name"}}};
  for (const std::string& text : texts) table.rows.push_back({text});
  return table;
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "nodeinfo"));
  const auto environments = node::FindEnvironments(process->runtime());
  if (environments.empty())
    return std::unexpected(Error{.code = ErrorCode::kNotFound,
                                 .message = "no environment of Node was found in this process",
                                 .hint = "was it still starting, or ending?"});
  const auto info = node::FindProcessInfo(process->runtime(), environments.front());
  if (!info)
    return std::unexpected(Error{.code = ErrorCode::kNotFound,
                                 .message = "the `process` object was not found",
                                 .hint = "does the program replace globalThis.process?"});
  const node::InitialStack stack =
      node::ReadInitialStack(process->memory(), EnvironAddress(*process));
  Report report;
  report.tables.push_back(ProcessTable(*info, stack.title));
  report.tables.push_back(NamedTable("versions", "Versions", info->versions));
  report.tables.push_back(NamedTable("release", "Release", info->release));
  Table argv = ListTable("argv", "Arguments", info->argv);
  Table exec_argv = ListTable("exec_argv", "Options of Node", info->exec_argv);
  argv.machine_only = exec_argv.machine_only = true;
  report.tables.push_back(std::move(argv));
  report.tables.push_back(std::move(exec_argv));
  report.tables.push_back(
      ListTable("environment", "Environment variables (names only)", stack.environment_names));
  for (Table& table : report.tables) CutRows(table, input.arguments.paging());
  return report;
}

}  // namespace

constinit const QueryInfo kNodeInfo = {
    .name = "nodeinfo",
    .summary = "show the program, its arguments and the versions of its parts (cores)",
    .description =
        "Shows what the process object of the main thread tells: process.pid, title, argv, "
        "execArgv, execPath, versions, release, and the names of the environment's variables. "
        "Their values are never shown.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap

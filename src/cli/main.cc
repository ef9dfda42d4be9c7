// nodeheap COMMAND DUMP …: opens the dump, runs the query, writes the report.
#include <fmt/format.h>

#include <cstdio>
#include <new>
#include <optional>

#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "nodeheap/nodeheap.h"

namespace nodeheap::cli {
namespace {

int ExitCodeOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
      return kExitUsage;
    case ErrorCode::kCancelled:
      return kExitInterrupted;
    case ErrorCode::kIo:
    case ErrorCode::kBadData:
    case ErrorCode::kTruncated:
    case ErrorCode::kUnsupported:
      return kExitUnreadable;
  }
  return kExitUnreadable;
}

// A line on standard error. That nobody can read it is no reason to fail.
void Say(const std::string& line) {
  const std::string text = "nodeheap: " + line + "\n";
  std::fputs(text.c_str(), stderr);
}

int Fail(const Error& error) {
  const bool interrupted = error.code == ErrorCode::kCancelled;
  Say(interrupted ? "interrupted" : Describe(error));
  return ExitCodeOf(error);
}

int ExitCodeOf(const Report& report) {
  if (!report.health.complete()) return kExitIncomplete;
  return report.findings ? kExitFindings : kExitClean;
}

// What the format has no place for.
void PrintNotes(const Report& report) {
  for (const HealthEntry& entry : report.health.entries()) {
    const Error line{.code = ErrorCode::kBadData, .message = entry.detail};
    Say(Describe(line));
  }
  if (report.tables.empty()) return;
  const Table& table = report.tables.front();
  if (table.total == table.rows.size()) return;
  const std::string_view hint =
      table.remarks.empty() ? "--limit 0 writes all" : "the others were left out of the tree";
  Say(fmt::format("{} of {} rows; {}", table.rows.size(), table.total, hint));
}

Result<Session> Open(const std::string& path, const Options& options, Progress& progress) {
  const Error lost{.code = ErrorCode::kIo,
                   .message = "the file became shorter while it was read",
                   .hint = "copy it, or wait until it is written, and try again",
                   .file = path};
  SetLostInputMessage(fmt::format("nodeheap: {}\n", Describe(lost)));
  return Session::Open(path, {.partial = options.partial, .threads = options.threads}, progress);
}

Result<Report> Answer(const Invocation& invocation, const Arguments& arguments,
                      Progress& progress) {
  NH_TRY(Session first, Open(invocation.dumps[0], invocation.options, progress));
  std::optional<Session> second;
  if (invocation.dumps.size() == 2) {
    NH_TRY(Session opened, Open(invocation.dumps[1], invocation.options, progress));
    second.emplace(std::move(opened));
  }
  return RunQuery(*invocation.query, {.session = first,
                                      .second = second ? &*second : nullptr,
                                      .arguments = arguments,
                                      .progress = progress});
}

Result<Report> Run(Invocation invocation) {
  const Options& options = invocation.options;
  const FormatInfo& format = *FindFormat(options.format);
  if (format.wants_all && !invocation.query->sorts.empty())
    invocation.values.insert_or_assign("limit", std::string(1, '0'));
  NH_TRY(const Arguments arguments, Arguments::Parse(*invocation.query, invocation.values));
  NH_CHECK(CheckOutput(options.output, options.force));
  TerminalProgress progress(options.quiet);
  NH_TRY(Report report, Answer(invocation, arguments, progress));
  progress.Clear();
  const bool to_stdout = options.output.empty() || options.output == "-";
  const RenderOptions render{.color = WantsColor(options.color, to_stdout), .width = TextWidth()};
  NH_TRY(const std::string bytes, format.render(report, render));
  NH_CHECK(WriteOutput(options.output, options.force, bytes));
  if (!format.says_total && !options.quiet) PrintNotes(report);
  return report;
}

int Main(int argc, const char* const* argv) {
  InstallSignalHandlers();
  CommandLine command_line = ParseCommandLine(argc, argv);
  if (const auto* error = std::get_if<UsageError>(&command_line)) {
    return Fail(
        Error{.code = ErrorCode::kInvalidArgument, .message = error->message, .hint = error->hint});
  }
  if (const auto* document = std::get_if<Document>(&command_line)) {
    const auto written = WriteOutput("", false, document->text);
    return written ? kExitClean : Fail(written.error());
  }
  const auto report = Run(std::get<Invocation>(std::move(command_line)));
  return report ? ExitCodeOf(*report) : Fail(report.error());
}

}  // namespace
}  // namespace nodeheap::cli

int main(int argc, char** argv) {
  try {
    return nodeheap::cli::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs(
        "nodeheap: the system has no memory left for this dump; close other programs, or use a "
        "larger machine\n",
        stderr);
    return nodeheap::cli::kExitUnreadable;
  }
}

// nodeheap COMMAND DUMP …: opens the dump, runs the query, writes the report.
#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <future>
#include <new>
#include <optional>
#include <vector>

#include "cli/command_line.h"
#include "cli/lldb_command.h"
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
  Say(Describe(error));
  return ExitCodeOf(error);
}

int ExitCodeOf(const Report& report) {
  if (!report.health.complete()) return kExitIncomplete;
  return report.findings ? kExitFindings : kExitClean;
}

// Text that may come from a heap.
void SayEscaped(const std::string& text) {
  Say(Describe(Error{.code = ErrorCode::kBadData, .message = text}));
}

// What the format has no place for.
void PrintNotes(const Report& report) {
  for (const HealthEntry& entry : report.health.entries()) SayEscaped(entry.detail);
  for (const std::string& note : report.notes) SayEscaped(note);
  if (report.tables.empty()) return;
  const Table& table = report.tables.front();
  if (!table.note.empty()) SayEscaped(table.note);
  if (table.total == table.rows.size()) return;
  const std::string hint =
      table.remarks.empty()
          ? "--limit 0 writes all"
          : fmt::format("the others were left out; nodeheap help {} says how to see more",
                        report.query);
  Say(fmt::format("{} of {} rows; {}", table.rows.size(), table.total, hint));
}

// A format and the file in which it is wanted.
struct Copy {
  const FormatInfo* format;
  std::string path;
};

Result<Copy> ParseCopy(std::string_view text) {
  const size_t sign = text.find('=');
  const FormatInfo* format = FindFormat(text.substr(0, sign));
  if (sign == std::string_view::npos || format == nullptr || sign + 1 == text.size())
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = fmt::format("--also cannot write \"{}\"", text),
                                 .hint = "such as --also md=summary.md"});
  return Copy{format, std::string(text.substr(sign + 1))};
}

// Before time is spent on an answer that could not be written.
Result<void> CheckFormat(const FormatInfo& format, const QueryInfo& query) {
  if (format.only_query.empty() || format.only_query == query.name) return {};
  return std::unexpected(
      Error{.code = ErrorCode::kInvalidArgument,
            .message = fmt::format("{} cannot be written as {}", query.name, format.name),
            .hint = fmt::format("--format {} is for {} only", format.name, format.only_query)});
}

// Which of several dumps it is, the handler of a signal cannot tell.
void ExpectLostInput(const std::vector<std::string>& dumps) {
  const Error lost{.code = ErrorCode::kIo,
                   .message = "the file became shorter while it was read",
                   .hint = "copy it, or wait until it is written, and try again",
                   .file = fmt::format("{}", fmt::join(dumps, " or "))};
  SetLostInputMessage(fmt::format("nodeheap: {}\n", Describe(lost)));
}

Result<Session> Open(const std::string& path, const Options& options, Progress& progress) {
  return Session::Open(path,
                       {.partial = options.partial,
                        .threads = options.threads,
                        .executable = options.executable,
                        .source_maps = options.source_maps,
                        .isolate = options.isolate},
                       progress);
}

struct Dumps {
  Session first;
  std::optional<Session> second;
};

// Two dumps at the same time, unless only one thread may be used.
Result<Dumps> OpenAll(const Invocation& invocation, Progress& progress) {
  const auto open = [&](size_t i) {
    return Open(invocation.dumps[i], invocation.options, progress);
  };
  const bool alone = invocation.options.threads == 1;
  std::future<Result<Session>> other;
  if (invocation.query->dumps == 2)
    other = std::async(alone ? std::launch::deferred : std::launch::async, open, 1);
  NH_TRY(Session first, open(0));
  Dumps dumps{.first = std::move(first), .second = {}};
  if (other.valid()) {
    NH_TRY(Session second, other.get());
    dumps.second.emplace(std::move(second));
  }
  return dumps;
}

Result<void> WriteText(const std::string& path, bool force, const std::string& text) {
  return WriteOutput(path, force, [&](const ByteSink& sink) { return sink(text); });
}

// What --also asks for, first the format that --format does. All can be written.
Result<std::vector<Copy>> FindCopies(const Options& options, const QueryInfo& query) {
  std::vector<Copy> copies = {{FindFormat(options.format), options.output}};
  for (const std::string& text : options.also) {
    NH_TRY(copies.emplace_back(), ParseCopy(text));
  }
  for (const Copy& copy : copies) {
    NH_CHECK(CheckFormat(*copy.format, query));
    NH_CHECK(CheckOutput(copy.path, options.force));
  }
  return copies;
}

Result<void> Write(const Report& report, const Copy& copy, const Options& options) {
  const RenderOptions render{.color = WantsColor(options.color, IsStandardOutput(copy.path)),
                             .width = TextWidth()};
  NH_TRY(const std::string bytes, copy.format->render(report, render));
  return WriteText(copy.path, options.force, bytes);
}

Result<Report> Run(Invocation invocation) {
  const Options& options = invocation.options;
  NH_TRY(const std::vector<Copy> copies, FindCopies(options, *invocation.query));
  for (const Copy& copy : copies)
    AddDefaults(*copy.format, invocation.query->name, invocation.values);
  NH_TRY(const Arguments arguments, Arguments::Parse(*invocation.query, invocation.values));
  TerminalProgress progress(options.quiet);
  ExpectLostInput(invocation.dumps);
  NH_TRY(Dumps dumps, OpenAll(invocation, progress));
  const std::span<const std::string> later = invocation.query->series
                                                 ? std::span(invocation.dumps).subspan(1)
                                                 : std::span<const std::string>();
  const auto open = [&](const std::string& path) { return Open(path, options, progress); };
  NH_TRY(Report report,
         RunQuery(*invocation.query, {.session = dumps.first,
                                      .second = dumps.second ? &*dumps.second : nullptr,
                                      .arguments = arguments,
                                      .progress = progress,
                                      .later = later,
                                      .open = open}));
  progress.Clear();
  if (report.contents) {
    if (!options.also.empty())
      return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                   .message = "--also cannot write what is a file of its own"});
    NH_CHECK(WriteOutput(options.output, options.force, report.contents));
    progress.Clear();
    return report;
  }
  for (const Copy& copy : copies) NH_CHECK(Write(report, copy, options));
  if (!copies.front().format->says_total && !options.quiet) PrintNotes(report);
  return report;
}

int Print(const std::string& text) {
  const auto written = WriteText("", false, text);
  return written ? kExitClean : Fail(written.error());
}

// What threads free goes back to the system. malloc lets each keep twice the largest piece that any
// of them freed, tens of megabytes.
void ReturnFreedMemory() {
#ifdef __GLIBC__
  constexpr int kKept = 4 << 20;
  mallopt(M_TRIM_THRESHOLD, kKept);
#endif
}

int Main(int argc, const char* const* argv) {
  ReturnFreedMemory();
  InstallSignalHandlers();
  CommandLine command_line = ParseCommandLine(argc, argv);
  if (const auto* error = std::get_if<UsageError>(&command_line)) {
    return Fail(
        Error{.code = ErrorCode::kInvalidArgument, .message = error->message, .hint = error->hint});
  }
  if (const auto* document = std::get_if<Document>(&command_line)) return Print(document->text);
  if (const auto* layout = std::get_if<LayoutRequest>(&command_line)) {
    const auto text = ExtractLayout(layout->executables);
    return text ? Print(*text) : Fail(text.error());
  }
  if (const auto* lldb = std::get_if<LldbRequest>(&command_line)) {
    const auto text = RunLldb(lldb->words, lldb->executable);
    return text ? Print(*text) : Fail(text.error());
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

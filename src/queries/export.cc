// The heap as a `.heapsnapshot` file, for Chrome DevTools and other tools that read only those.
#include "queries/queries.h"
#include "queries/redaction_key.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "strip-strings",
     .kind = ParamKind::kFlag,
     .help = "replace what strings hold, and other values, by hashes of the same length"},
    {.name = "redact",
     .kind = ParamKind::kFlag,
     .help = "replace also all names that are not those of V8 and Node.js"},
    {.name = "key-file",
     .kind = ParamKind::kText,
     .placeholder = "FILE",
     .help = "32 hexadecimal digits: the secret key of the hashes; without it, one that nobody "
             "knows, and another one each time"},
};

constexpr Example kExamples[] = {
    {"core.1234 -o core.heapsnapshot", "open it in Chrome DevTools, Memory, Load profile"},
    {"core.1234 --isolate 1 -o worker.heapsnapshot", "only the heap of the first worker"},
    {"core.1234 | zstd > core.heapsnapshot.zst", "compressed on the way"},
    {"app.heapsnapshot --redact -o redacted.heapsnapshot", "to be shown to others"},
};

Result<std::optional<Redaction>> RedactionFor(const Arguments& arguments) {
  const bool all = arguments.Flag("redact");
  if (!all && !arguments.Flag("strip-strings")) {
    if (!arguments.Has("key-file")) return std::nullopt;
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = "--key-file is for --strip-strings and --redact"});
  }
  NH_TRY(const auto key, RedactionKey(arguments.Text("key-file")));
  return Redaction{.what = all ? Redacted::kAll : Redacted::kValues, .key = key};
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(const std::optional<Redaction> redaction, RedactionFor(input.arguments));
  Report report;
  report.contents = [&session = input.session, &progress = input.progress,
                     redaction](const ByteSink& sink) {
    return session.WriteSnapshot(redaction, sink, progress);
  };
  return report;
}

}  // namespace

constinit const QueryInfo kExport = {
    .name = "export",
    .summary = "write the heap as a heap snapshot, also without its secrets",
    .description =
        "Writes a .heapsnapshot that Chrome DevTools, MemLab and nodeheap read: of a core, with "
        "the nodes, edges, sizes and names that V8 itself would write. Where the process wrote a "
        "snapshot before, ids are those of that file, so that DevTools can compare the two; "
        "nodeheap also reads the objects' addresses from it.\n\n"
        "The file holds every string of the heap, so all its secrets, unless they are replaced. "
        "--strip-strings replaces values: what strings hold, symbols, regular expressions, "
        "numbers. Names of classes, functions, properties, variables and files stay. --redact "
        "replaces these too, but for names that V8 and Node.js give in every program. Equal texts "
        "have equal hashes under one key, values keep their length, and everything else of the "
        "heap stays as it is. verify-redacted proves the result.",
    .params = kParams,
    .examples = kExamples,
    .sorts = {},
    .run = &Run,
};

}  // namespace nodeheap

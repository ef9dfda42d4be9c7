// Does a redacted snapshot keep its promise?
#include <fmt/format.h>

#include "base/text.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "strip-strings",
     .kind = ParamKind::kFlag,
     .help = "the file was made with --strip-strings: names may remain"},
    {.name = "min-length",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "look for texts of at least N bytes, 8 or more: shorter ones are in other texts by "
             "chance",
     .default_value = "8"},
};

constexpr Example kExamples[] = {
    {"core.1234 redacted.heapsnapshot", "exit code 0: nothing remains, 1: something does"},
    {"app.heapsnapshot stripped.heapsnapshot --strip-strings", "names may remain, values not"},
};

Table RemainsTable(const Remains& remains) {
  Table table{.name = "remains",
              .fields = {{"text", "Text of the original", Unit::kText},
                         {"found_in", "Found in", Unit::kText, Placement::kOwnLine}},
              .total = remains.found.size()};
  for (const Remains::Text& text : remains.found)
    table.rows.push_back({text.original, text.redacted});
  if (remains.stopped) table.note = "There may be more: the search ended here.";
  table.machine_only = table.rows.empty();
  return table;
}

Table TotalsTable(const Remains& remains) {
  Table table{.name = "totals",
              .title = "Totals",
              .layout = Layout::kDetails,
              .fields = {{"verdict", "Verdict", Unit::kText},
                         {"looked_for", "Texts looked for", Unit::kCount},
                         {"searched", "Texts searched", Unit::kCount},
                         {"kept_names", "Names that stay", Unit::kCount},
                         {"too_short", "Too short to look for", Unit::kCount}},
              .total = 1};
  table.rows.push_back(
      {std::string(remains.found.empty() ? "no text of the original remains" : "TEXTS REMAIN"),
       remains.looked_for, remains.searched, remains.kept_names, remains.too_short});
  return table;
}

Result<Report> Run(const QueryInput& input) {
  const Session& original = input.session;
  const Session& redacted = *input.second;
  const bool names_may_remain = input.arguments.Flag("strip-strings");
  NH_TRY(const Remains remains,
         original.FindRemains(redacted,
                              {.what = names_may_remain ? Redacted::kValues : Redacted::kAll,
                               .min_bytes = input.arguments.Integer("min-length")},
                              input.progress));
  Report report;
  report.tables.push_back(RemainsTable(remains));
  report.tables.push_back(TotalsTable(remains));
  report.findings = !remains.found.empty();
  if (original.graph().node_count() != redacted.graph().node_count())
    report.notes.push_back(fmt::format("These are not the same heap: {} and {} nodes.",
                                       WithThousands(original.graph().node_count()),
                                       WithThousands(redacted.graph().node_count())));
  return report;
}

}  // namespace

constinit const QueryInfo kVerifyRedacted = {
    .name = "verify-redacted",
    .summary = "prove that a redacted snapshot has none of the original's texts",
    .description =
        "Looks for every text of the original, a core or a heap snapshot, in all texts of the "
        "redacted file, also as a part of them. Exit code 0: none remains; 1: some do, and are "
        "shown; 4: the original was incomplete, so nothing is proven. Names that V8 and Node.js "
        "give in every program may remain, with --strip-strings all names. Not looked for are "
        "texts shorter than --min-length, and those of one repeated character.",
    .params = kParams,
    .examples = kExamples,
    .sorts = {},
    .dumps = 2,
    .dump_names = {"ORIGINAL", "REDACTED"},
    .run = &Run,
};

}  // namespace nodeheap

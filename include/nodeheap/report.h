// Report: what a query answers. Plain data: tables of cells whose units are typed, so that each
// renderer formats them for its readers. Queries fill it, renderers (render.h) write it, and
// neither knows the other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "nodeheap/byte_sink.h"
#include "nodeheap/health.h"

namespace nodeheap {

// What the numbers of a column mean.
enum class Unit {
  kText,   // from the heap, hence hostile: every renderer escapes it
  kCount,  // of objects
  kBytes,
  kSignedCount,  // a difference: shown with its sign
  kSignedBytes,
  kShare,     // of 1
  kNumber,    // whole or not, of what other columns say
  kDistance,  // hops from a root; empty where none of the program's roots leads there
  kObjectId,  // "@123", as DevTools shows it
};

// Where a column is shown.
enum class Placement {
  kColumn,
  kOwnLine,      // below its row: for long text
  kMachineOnly,  // not in text
  kTextOnly,     // says in one what machine formats have in several columns
};

struct Field {
  std::string key;    // stable; in machine formats
  std::string title;  // for people
  Unit unit = Unit::kText;
  Placement placement = Placement::kColumn;
  // In text, where it is the last column or a detail: goes on in the next line, and is never cut.
  bool whole = false;
};

// Empty, or a value whose type fits the field's unit.
using Cell = std::variant<std::monostate, std::string, int64_t, uint64_t, double>;
using Row = std::vector<Cell>;

// How the text renderer lays a table out.
enum class Layout {
  kGrid,     // a header and aligned columns; with depths, the last column is indented as a tree
  kDetails,  // "Title  value", a line for each cell
  // llnode's "@1:<Object: Foo properties { … }>"; needs edge, id, type, name and depths. Where
  // there is a field `shown`, it stands between the angle brackets.
  kObject,
};

// Stands in a tree for rows that were left out. People see it in its place; programs learn the
// number from `total`.
struct Remark {
  size_t before_row = 0;  // index into Table::rows; rows.size(): after the last
  uint32_t depth = 0;
  uint64_t left_out = 0;  // rows, without what hangs below them
  std::string text = {};
};

struct Table {
  std::string name;        // stable; in machine formats
  std::string title = {};  // for people; may be empty
  Layout layout = Layout::kGrid;
  std::vector<Field> fields = {};
  std::vector<Row> rows = {};         // each as long as `fields`
  std::vector<uint32_t> depths = {};  // one a row if the table is a tree, else empty
  std::vector<Remark> remarks = {};   // ascending by before_row
  uint64_t total = 0;  // rows there are, of which `rows` shows those from `offset` on
  uint64_t offset = 0;
  std::string note = {};      // one sentence about this table
  bool machine_only = false;  // people are told in another way
};

// The input of a query.
struct Source {
  std::string path;  // as the user gave it
  std::string kind;  // "heapsnapshot"
};

struct Report {
  std::string query;
  std::vector<Source> sources;
  std::vector<Table> tables;       // the first is the answer, others stand beside it
  std::vector<std::string> notes;  // limits of the answer
  std::vector<std::string> next;   // commands worth running next
  Health health;
  bool findings = false;  // an assertion of the caller failed: exit code 1
  // Set where the answer is a file of a format of its own: writes it. It uses the query's sessions.
  std::function<Result<void>(const ByteSink& sink)> contents;
};

}  // namespace nodeheap

// The renderers, one file each, and what they share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/render.h"

namespace nodeheap {

Result<std::string> RenderText(const Report& report, const RenderOptions& options);
Result<std::string> RenderJson(const Report& report, const RenderOptions& options);
Result<std::string> RenderNdjson(const Report& report, const RenderOptions& options);
Result<std::string> RenderCsv(const Report& report, const RenderOptions& options);
Result<std::string> RenderMarkdown(const Report& report, const RenderOptions& options);
Result<std::string> RenderComment(const Report& report, const RenderOptions& options);
Result<std::string> RenderLlnode(const Report& report, const RenderOptions& options);
Result<std::string> RenderMemwatch(const Report& report, const RenderOptions& options);
Result<std::string> RenderJunit(const Report& report, const RenderOptions& options);
Result<std::string> RenderGithub(const Report& report, const RenderOptions& options);
Result<std::string> RenderSarif(const Report& report, const RenderOptions& options);
Result<std::string> RenderGitlab(const Report& report, const RenderOptions& options);

inline bool IsNumber(Unit unit) { return unit != Unit::kText; }
inline bool IsForMachines(const Field& field) { return field.placement != Placement::kTextOnly; }
inline bool IsForPeople(const Field& field) { return field.placement != Placement::kMachineOnly; }

// A cell for people: "8,300", "1.2 MB", "12.3 %". Text is returned as it is, not escaped.
std::string HumanCell(const Cell& cell, Unit unit);
// A cell for programs: "8300", "0.123". Text is returned as it is, not escaped.
std::string PlainCell(const Cell& cell);

// "Showing 1 to 20 of 830"
std::string ShownOfTotal(const Table& table);
// True if people need that line: under all lists, and under trees where nothing else says that rows
// are missing.
bool NeedsShownOfTotal(const Table& table);

// What people see in one line: a row, or what stands for rows that were left out.
struct Line {
  size_t row;  // if `remark` is nullptr
  const Remark* remark;
  uint32_t depth;
};
// All of `table`, in order.
std::vector<Line> Lines(const Table& table);

// The position of the field called `key`, or fields.size().
size_t FindField(const Table& table, std::string_view key);

}  // namespace nodeheap

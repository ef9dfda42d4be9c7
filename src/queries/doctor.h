// The parts of doctor: how well a dump can be read.
#pragma once

#include <string_view>
#include <vector>

#include "nodeheap/progress.h"
#include "nodeheap/report.h"
#include "nodeheap/result.h"
#include "session/process.h"

namespace nodeheap {

// How far the answers about a dump can be trusted. Rules:
//   low     memory is missing, or less than 99 % of the heap could be read as objects
//   medium  less than 99.9 % could, or the constants are of another build than the one that ran
//   high    otherwise
enum class Confidence { kLow, kMedium, kHigh };
std::string_view Name(Confidence confidence);

struct HeapCoverage {
  uint64_t bytes = 0;     // where objects may lie
  uint64_t unparsed = 0;  // of those
  double share() const;   // that was understood
};
Confidence Judge(const HeapCoverage& coverage, bool complete, bool exact_constants);

// What the core, its process and the heap are. Walks the heap.
Result<Report> DiagnoseCore(Process& process, Progress& progress);

// A table of sentences.
Table Sentences(std::string name, std::string title, const std::vector<std::string>& sentences);

}  // namespace nodeheap

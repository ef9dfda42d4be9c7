// Loss is counted, never hidden: the ledger of everything a dump could not tell. It travels with
// each graph and report, and every renderer shows it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nodeheap {

enum class Severity {
  kInfo,      // worth knowing; no number is affected
  kDataLoss,  // something is missing, so numbers describe less than the whole heap
};

struct HealthEntry {
  Severity severity;
  std::string code;    // stable and machine readable, e.g. "truncated_input"
  std::string detail;  // one sentence for people
  uint64_t count = 1;  // how often, in the unit that `detail` names
};

class Health {
 public:
  void Add(HealthEntry entry) { entries_.push_back(std::move(entry)); }

  // True if nothing was lost: an answer then describes the whole dump.
  bool complete() const {
    for (const HealthEntry& entry : entries_)
      if (entry.severity == Severity::kDataLoss) return false;
    return true;
  }

  const std::vector<HealthEntry>& entries() const { return entries_; }

 private:
  std::vector<HealthEntry> entries_;
};

}  // namespace nodeheap

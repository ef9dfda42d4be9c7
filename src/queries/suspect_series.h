// Leak suspects over a series of dumps, joined by fingerprint.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nodeheap/report.h"
#include "nodeheap/session.h"
#include "queries/dump_times.h"

namespace nodeheap {

class SuspectSeries {
 public:
  explicit SuspectSeries(size_t dumps) : dumps_(dumps) {}

  // The next dump. Fails only with kCancelled. REQUIRES: Prepare(Need::kAll).
  Result<void> Add(const Session& session, const Progress& progress);

  // A row for each fingerprint. Where it was no suspect yet, its size counts as 0.
  Table ToTable(const DumpTimes& times) const;

 private:
  struct Series {
    std::vector<uint64_t> sizes;  // retained, by dump
    std::string sentence;         // of the last dump that has it
  };

  size_t dumps_;
  size_t next_ = 0;
  std::map<uint64_t, Series> series_;  // by fingerprint
};

}  // namespace nodeheap

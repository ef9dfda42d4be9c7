// When the dumps of a series were taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/result.h"

namespace nodeheap {

struct DumpTimes {
  std::vector<double> times;  // hours since the first where `known`, else 0, 1, 2 …
  bool known = false;
};

// Seconds since 1970, of a name as Node.js gives it to heap snapshots: local time, without a zone,
// in Heap.20260131.235959.PID.THREAD.NUMBER.heapsnapshot.
std::optional<int64_t> SecondsInName(std::string_view path);

// "90s", "10m", "1.5h", "2d" in hours.
Result<double> ParseHours(std::string_view text);

// Of dumps that were taken `every` so often; without that, by their names, if all have the time in
// it and stand in its order.
Result<DumpTimes> FindDumpTimes(const std::vector<std::string>& paths,
                                const std::optional<std::string>& every);

}  // namespace nodeheap

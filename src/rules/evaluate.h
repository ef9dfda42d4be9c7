// Rules applied to what was measured of the dumps. Pure: the same evidence and date give the same
// findings.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/class_series.h"
#include "rules/baseline.h"
#include "rules/config.h"
#include "rules/rule.h"

namespace nodeheap::rules {

// A leak suspect of the last dump.
struct Leak {
  std::string fingerprint;
  std::string sentence;
  std::string path;
  std::string place = {};  // of the class, "/app/server.js:12:3"; empty: not known
};

struct Evidence {
  std::vector<double> heap;  // bytes, of each dump
  std::vector<double> nodes;
  std::vector<double> written;        // bytes, of each dump, if a rule is about them or the RSS
  std::vector<double> most_resident;  // as many may have been in memory; likewise
  std::vector<ClassSeries> classes;
  std::vector<Leak> leaks;  // if a rule is about them
  Baseline baseline;
  std::map<std::string, std::string, std::less<>> places = {};  // of classes, as far as known
};

enum class Verdict : uint8_t {
  kPassed,
  kViolated,
  kSuppressed,  // violated, and nobody wants to hear of it for now
  kUnmeasured,  // there is nothing that the rule could be about, or it cannot be told
};
// "violated"
std::string_view Name(Verdict verdict);

struct Finding {
  Verdict verdict{};
  const Rule* rule = nullptr;
  std::string subject = {};          // the class, or the fingerprint of a leak; may be empty
  std::optional<double> value = {};  // in the scale of the rule
  std::string message = {};          // one sentence
  std::string detail = {};           // what else is known; may be empty
  std::string place = {};            // in the sources; may be empty
};

// For each rule in order: what violates it, or if nothing does, what comes nearest to that.
// REQUIRES: at least rule.Dumps() dumps for each rule.
std::vector<Finding> Evaluate(const Config& config, const Evidence& evidence,
                              std::chrono::year_month_day today);

}  // namespace nodeheap::rules

// A rule of `assert`, such as "LeakingClass.count <= 100". docs/ci.md has the grammar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/result.h"

namespace nodeheap::rules {

// What is measured.
enum class Quantity : uint8_t {
  kCount,  // of a class
  kSelf,
  kRetained,
  kHeap,  // of the dump
  kNodes,
  kWritten,  // by the process of a core: what memory calls so
  kRss,      // of it
  kSuspects,
  kNewSuspects,
};

constexpr bool IsBytes(Quantity quantity) {
  return quantity == Quantity::kSelf || quantity == Quantity::kRetained ||
         quantity == Quantity::kHeap || quantity == Quantity::kWritten ||
         quantity == Quantity::kRss;
}

// What is looked at of its values in a series of dumps.
enum class Aspect : uint8_t {
  kLast,
  kGrowth,  // the last less the first
  kRatio,   // the last by the first
  kRises,   // the steps from dump to dump in which it rose
};

enum class Comparison : uint8_t { kLess, kAtMost, kGreater, kAtLeast, kEqual, kNotEqual };

// How a value is written.
enum class Scale : uint8_t { kCount, kBytes, kRatio };

struct Rule {
  std::string name;           // by which a suppression means it
  std::string text;           // as the user wrote it
  std::string subject;        // "LeakingClass.count"
  std::string class_pattern;  // of kCount, kSelf and kRetained: a name, or a glob
  Quantity quantity{};
  Aspect aspect = Aspect::kLast;
  Comparison comparison{};
  double limit = 0;
  std::optional<uint32_t> steps = {};  // of kRises: how many of the last steps count
  bool or_absent = false;              // that there is no such class is fine

  bool of_class() const { return quantity <= Quantity::kRetained; }
  Scale scale() const;
  bool Holds(double value) const;
  // The fewest dumps that it needs.
  size_t Dumps() const;
};

// Its name is its text.
Result<Rule> ParseRule(std::string_view text);
// A rule a line; empty lines are skipped.
Result<std::vector<Rule>> ParseRules(std::string_view lines);

// `*` stands for any text, `\*` for an asterisk.
bool MatchesGlob(std::string_view text, std::string_view pattern);

}  // namespace nodeheap::rules

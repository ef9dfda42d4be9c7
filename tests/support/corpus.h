// The seeds of fuzz/corpus/: one small heap for each thing the parser and the analyses know.
#pragma once

#include <string>
#include <vector>

namespace nodeheap::test {

struct Seed {
  std::string name;  // of the file
  std::string text;
};

std::vector<Seed> Seeds();

}  // namespace nodeheap::test

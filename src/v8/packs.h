// Packs: what v8dbg says in the builds of Node that most people run, compiled in, so that their
// cores can be read without the binary. A pack is a text of columns, src/v8/packs/*.tsv:
//
//   build   22.23.3  x64  12.4.254  a9b42b…  A  -  1a27000  18f2c0      a line for each build
//   name    A   B                                                       which column has its values
//   TaggedSize  8   8                                                   a line for each symbol
//
// A build line has: Node, architecture, V8, build id, column, the offset of the current isolate in
// the thread's storage (decimal), start and size of the builtins (hexadecimal). "-": there is none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/result.h"
#include "v8/metadata.h"

namespace nodeheap::v8 {

// One for each build line, in their order.
Result<std::vector<Metadata>> ParsePack(std::string_view text);

// REQUIRES: of each build, a node version.
std::string WritePack(std::span<const Metadata> builds);

// All that are compiled in.
std::span<const Metadata> Packs();

}  // namespace nodeheap::v8

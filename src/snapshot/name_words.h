// The words in a name. V8 wraps names into texts of its own, such as "get NAME" or "12 / part of
// key (NAME @355) -> value (NAME @357) pair in WeakMap (table @359)", by which DevTools knows what
// to do: only the words in them are the program's.
#pragma once

#include <string_view>
#include <vector>

namespace nodeheap {

struct NamePiece {
  std::string_view text;
  bool is_word = false;
};

// The pieces of `name`, which together are `name`.
std::vector<NamePiece> SplitName(std::string_view name);

// True for words that are no secret: public names, and numbers of at most six digits.
bool IsPublicWord(std::string_view word);

// True if `name` is public, or all its words are.
bool IsPublic(std::string_view name);

// True if `name` is that of an entry of a WeakMap. The names of both nodes are in it, and these may
// be strings.
bool IsWeakMapEntry(std::string_view name);

}  // namespace nodeheap

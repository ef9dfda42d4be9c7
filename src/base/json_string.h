// Decoding of JSON string bodies, kept escaped until somebody looks at them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nodeheap {

// Decodes the text between the quotes of a JSON string to UTF-8, stopping after about `max_bytes`
// of output. Paired surrogate escapes are joined; a lone one is encoded by itself (WTF-8). Escapes
// that JSON does not know keep their character.
std::string DecodeJsonString(std::string_view escaped, size_t max_bytes = std::string_view::npos);

// The first quote, backslash or control character at or after `at`; `end` if there is none.
const char* FindJsonSpecial(const char* at, const char* end);

// The inverse for building tables: escapes quotes, backslashes and control characters.
std::string EncodeJsonString(std::string_view text);

}  // namespace nodeheap

#include <fmt/format.h>

#include "v8/builtins.h"
#include "v8/primitives.h"
#include "v8/strings.h"
#include "v8/views.h"

namespace nodeheap::v8 {

std::string ShownText(const ViewInput& input, Tagged string) {
  const auto text = ReadString(input.runtime, string, input.options.max_string_units);
  if (!text) return {};
  return text->complete ? text->text : text->text + "…";
}

Description TextDescription(std::string text) {
  return {.type = "String", .name = std::move(text)};
}

void StringLine(const ViewInput& input, Description& description) {
  const auto text = ReadString(input.runtime, input.word, input.options.max_string_units);
  if (!text) return;
  description.name = text->text;
  if (text->complete) return;
  description.name += "…";
  description.detail = fmt::format("length={}", text->length);
  if (text->unreadable) description.detail += " partly unreadable";
}

void NumberLine(const ViewInput& input, Description& description) {
  if (const auto number = NumberOf(input.runtime, input.word))
    description.name = NumberText(*number);
}

void BigIntLine(const ViewInput& input, Description& description) {
  description.name = BigIntText(input.runtime, input.word).value_or("");
}

void SymbolLine(const ViewInput& input, Description& description) {
  const auto symbol = Symbol::Load(input.runtime, input.word);
  if (!symbol) return;
  const std::string text = ShownText(input, symbol->description);
  if (symbol->is_private_name) {
    description.name = text;
  } else {
    description.name = fmt::format("Symbol{}({})", symbol->is_registered ? ".for" : "", text);
  }
}

void OddballLine(const ViewInput& input, Description& description) {
  switch (OddballOf(input.runtime, input.word)) {
    case Oddball::kFalse:
    case Oddball::kTrue:
      description.type = "boolean";
      description.name = OddballOf(input.runtime, input.word) == Oddball::kTrue ? "true" : "false";
      break;
    case Oddball::kNull:
      description.type = description.name = "null";
      break;
    case Oddball::kUndefined:
      description.type = description.name = "undefined";
      break;
    default:
      HoleLine(input, description);
  }
  description.is_object = false;
}

void HoleLine(const ViewInput& /*input*/, Description& description) {
  description.type = description.name = "hole";
  description.is_object = false;
}

}  // namespace nodeheap::v8

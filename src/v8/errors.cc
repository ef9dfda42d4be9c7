#include "v8/errors.h"

#include <fmt/format.h>

#include "v8/builtins.h"
#include "v8/class_names.h"
#include "v8/properties.h"
#include "v8/strings.h"

namespace nodeheap::v8 {
namespace {

constexpr uint64_t kMaxUnits = 65536;  // of a stack
constexpr uint32_t kMaxFrames = 1000;
constexpr int kMaxPrototypes = 64;
constexpr uint32_t kArrayHeader = 16;  // bytes: map, length
constexpr uint32_t kFirstField = 8;

// V8 14 keeps frames in one array, this many words each; before, an object each.
constexpr uint32_t kFrameWords = 6;
// CallSiteInfo: flags of strict functions, constructors and async frames, which change nothing
// here. Others say that the position is not what it seems.
constexpr int32_t kHarmlessFlags = 1 << 2 | 1 << 3 | 1 << 5;

std::string Text(const Runtime& runtime, Tagged string) {
  const auto text = ReadString(runtime, string, kMaxUnits);
  return text ? text->text : std::string();
}

Tagged StackOf(const Runtime& runtime, Tagged error, const MapInfo& map) {
  Tagged stack = 0;
  ForEachNamedProperty(runtime, error, map, [&](const Property& property) {
    if (!IsCapturedStack(runtime, property)) return true;
    stack = property.value;
    return false;
  });
  if (runtime.Is(stack, Kind::kErrorStackData))
    stack = runtime.Field(stack, kFirstField).value_or(0);
  return stack;
}

// `name` as the prototypes have it: a subclass that sets none is called as its base.
std::string NameOf(const Runtime& runtime, Tagged error, const MapInfo& map) {
  Tagged object = error;
  for (int i = 0; i < kMaxPrototypes; ++i) {
    const auto of_object = runtime.MapOf(object);
    if (!of_object || !runtime.layout().types.IsReceiver(of_object->instance_type)) break;
    if (const auto name = FindProperty(runtime, object, "name"))
      if (std::string text = Text(runtime, *name); !text.empty()) return text;
    object = runtime.Load<Tagged>(of_object->address + runtime.layout().map.prototype).value_or(0);
  }
  return ConstructorName(runtime, error, map);
}

// The six words of a frame, however they are kept.
struct FrameWords {
  Tagged code = 0;
  Tagged function = 0;
  Tagged offset = 0;
  Tagged flags = 0;
};

Tagged BytecodeIn(const Runtime& runtime, Tagged code) {
  if (runtime.Is(code, Kind::kBytecodeArray)) return code;
  if (runtime.KindOf(code) != Kind::kStruct) return 0;  // a wrapper around trusted objects
  const Tagged inner = runtime.Field(code, kFirstField).value_or(0);
  return runtime.Is(inner, Kind::kBytecodeArray) ? inner : 0;
}

CapturedFrame Frame(const Runtime& runtime, const FrameWords& words) {
  CapturedFrame frame{.function = words.function};
  const Tagged shared = SharedOf(runtime, words.function);
  if (shared == 0) return frame;
  frame.name = FunctionName(runtime, shared);
  const Tagged bytecode = BytecodeIn(runtime, words.code);
  const bool is_plain = IsSmi(words.flags) && (SmiValue(words.flags) & ~kHarmlessFlags) == 0;
  if (bytecode == 0 || !IsSmi(words.offset) || !is_plain) return frame;
  const auto position = SourcePositionOf(runtime, bytecode, SmiValue(words.offset));
  const Tagged script = ScriptOf(runtime, shared);
  if (position && script != 0) frame.place = PlaceInScript(runtime, script, *position);
  return frame;
}

// CallSiteInfo or, in V8 9, StackFrameInfo: {receiver, function, code, offset, flags, parameters};
// since V8 12 the code comes first.
std::optional<FrameWords> ReadCallSite(const Runtime& runtime, Tagged site) {
  const Kind kind = runtime.KindOf(site);
  if (kind != Kind::kCallSiteInfo && kind != Kind::kStackFrameInfo) return std::nullopt;
  const auto word = [&](uint32_t i) {
    return runtime.Field(site, kFirstField + i * kWord).value_or(0);
  };
  if (runtime.Is(word(1), Kind::kJSFunction) && !runtime.Is(word(2), Kind::kJSFunction))
    return FrameWords{.code = word(2), .function = word(1), .offset = word(3), .flags = word(4)};
  return FrameWords{.code = word(0), .function = word(2), .offset = word(3), .flags = word(4)};
}

std::vector<CapturedFrame> ReadFrames(const Runtime& runtime, Tagged array) {
  std::vector<CapturedFrame> frames;
  if (!runtime.Is(array, Kind::kFixedArray)) return frames;
  const uint32_t length = runtime.CountField(array, kWord, kWord).value_or(0);
  const auto word = [&](uint32_t i) {
    return runtime.Field(array, kArrayHeader + uint64_t{i} * kWord).value_or(0);
  };
  for (uint32_t i = 0; i < length && frames.size() < kMaxFrames;) {
    if (const auto site = ReadCallSite(runtime, word(i))) {
      frames.push_back(Frame(runtime, *site));
      ++i;
    } else if (length - i >= kFrameWords && IsSmi(word(i + 3)) && IsSmi(word(i + 5))) {
      frames.push_back(Frame(
          runtime,
          {.code = word(i), .function = word(i + 2), .offset = word(i + 3), .flags = word(i + 5)}));
      i += kFrameWords;
    } else {
      ++i;
    }
  }
  return frames;
}

}  // namespace

bool IsCapturedStack(const Runtime& runtime, const Property& property) {
  const auto symbol = Symbol::Load(runtime, property.key);
  if (!symbol || !symbol->is_internal) return false;
  if (runtime.Is(symbol->description, Kind::kString) &&
      !TextEquals(runtime, symbol->description, "error_stack_symbol") &&
      !TextEquals(runtime, symbol->description, "stack_trace_symbol"))
    return false;
  const Kind kind = runtime.KindOf(property.value);
  return kind == Kind::kString || kind == Kind::kFixedArray || kind == Kind::kErrorStackData;
}

std::optional<CapturedError> CapturedError::Load(const Runtime& runtime, Tagged object) {
  const auto map = runtime.MapOf(object);
  if (!map || map->kind != Kind::kJSError) return std::nullopt;
  CapturedError error;
  error.name = NameOf(runtime, object, *map);
  if (const auto message = FindProperty(runtime, object, "message"))
    error.message = Text(runtime, *message);
  const Tagged stack = StackOf(runtime, object, *map);
  error.stack = Text(runtime, stack);
  if (error.stack.empty()) error.frames = ReadFrames(runtime, stack);
  return error;
}

std::string CapturedError::StackText() const {
  if (!stack.empty()) return stack;
  std::string text = message.empty() ? name : name + ": " + message;
  for (const CapturedFrame& frame : frames) {
    const std::string place = frame.place ? PlaceText(*frame.place) : "<anonymous>";
    text += frame.name.empty() ? fmt::format("\n    at {}", place)
                               : fmt::format("\n    at {} ({})", frame.name, place);
  }
  return text;
}

}  // namespace nodeheap::v8

#include "v8/object_size.h"

#include <optional>

namespace nodeheap::v8 {
namespace {

// The fields of one object; what lies beyond its page reads as 0.
class Fields {
 public:
  Fields(const Page& page, Address at) : page_(page), at_(at) {}
  template <typename T>
  T Get(uint64_t offset) const {
    return page_.area_end - at_ >= offset + sizeof(T) ? page_.Load<T>(at_ + offset) : T{};
  }
  // A count in a Smi; negative ones are nonsense and count as 0.
  uint64_t Count(uint64_t offset) const {
    const Tagged word = Get<Tagged>(offset);
    return IsSmi(word) && SmiValue(word) >= 0 ? static_cast<uint64_t>(SmiValue(word)) : 0;
  }
  uint64_t Count32(uint64_t offset) const {
    const int32_t value = Get<int32_t>(offset);
    return value >= 0 ? static_cast<uint64_t>(value) : 0;
  }

 private:
  const Page& page_;
  Address at_;
};

uint64_t StringSize(const Fields& fields, const MapInfo& map, const Layout& layout) {
  if (ShapeOf(map.instance_type) != StringShape::kSequential) return 0;
  const uint64_t units = fields.Get<uint32_t>(layout.string.length);
  return RoundUp(layout.string.chars + (IsOneByte(map.instance_type) ? units : 2 * units), kWord);
}

uint64_t InstructionStreamSize(const Fields& fields, const Layout& layout,
                               const SizeVariants& variants, const Pages& pages) {
  const uint64_t header = layout.instruction_stream_header;
  if (header >= 32) return RoundUp(header + fields.Count32(24), variants.code_alignment);
  // The Code object beside it has the sizes of the instructions and of the metadata.
  const Address code = Untag(fields.Get<Tagged>(8));
  const Page* const page = pages.Find(code);
  if (page == nullptr) return 0;
  const Fields of_code(*page, code);
  return RoundUp(header + of_code.Count32(56) + of_code.Count32(60), variants.code_alignment);
}

uint64_t FeedbackMetadataSize(const Fields& fields, const Layout& layout) {
  const uint64_t slots = fields.Count32(8);
  const uint64_t closures = layout.version >= Version{12, 8, 0} ? fields.Count32(12) : 0;
  return RoundUp(16 + (slots + 5) / 6 * 4 + closures * 2, kWord);
}

uint64_t HeaderAndWords(uint64_t header, uint64_t words) { return header + words * kWord; }

// Of what is a number of words, which the object's second word says: the bytes before them.
// nullopt: it is something else.
std::optional<uint64_t> HeaderOfWords(Kind kind, const Layout& layout) {
  switch (kind) {
    case Kind::kFixedArray:
    case Kind::kTrustedFixedArray:
    case Kind::kWeakFixedArray:
    case Kind::kFixedDoubleArray:
    case Kind::kEmbedderDataArray:
    case Kind::kClosureFeedbackCellArray:
    case Kind::kExternalPointerArray:
    case Kind::kContext:
    case Kind::kHashTable:
    case Kind::kEphemeronHashTable:
    case Kind::kGlobalDictionary:
    case Kind::kNameDictionary:
    case Kind::kNumberDictionary:
    case Kind::kOrderedHashMap:
    case Kind::kOrderedHashSet:
    case Kind::kOrderedNameDictionary:
    case Kind::kTransitionArray:
      return 16;
    case Kind::kNativeContext:
    case Kind::kWeakArrayList:
    case Kind::kDependentCode:
    case Kind::kArrayList:
      return 24;
    case Kind::kSloppyArgumentsElements:
      return 32;
    case Kind::kScriptContextTable:
    case Kind::kObjectBoilerplateDescription:
      return layout.version >= Version{12, 0, 0} ? 32 : 16;
    case Kind::kRegExpMatchInfo:
      return 40;
    default:
      return std::nullopt;
  }
}

}  // namespace

uint64_t ObjectSize(const Page& page, Address at, const MapInfo& map, const Layout& layout,
                    const SizeVariants& variants, const Pages& pages) {
  if (map.instance_size != 0) return map.instance_size;
  const Fields fields(page, at);
  if (const auto header = HeaderOfWords(map.kind, layout))
    return HeaderAndWords(*header, fields.Count(8));
  switch (map.kind) {
    case Kind::kString:
      return StringSize(fields, map, layout);
    case Kind::kBigInt:
      return HeaderAndWords(16, (fields.Get<uint32_t>(8) >> 1) & 0x3FFFFFFF);
    case Kind::kPropertyArray:
      return HeaderAndWords(16, fields.Count(8) & 0x3FF);
    case Kind::kDescriptorArray:
      return layout.property.header + fields.Get<uint16_t>(8) * uint64_t{24};
    case Kind::kByteArray:
      return RoundUp(16 + fields.Count(8), kWord);
    case Kind::kBytecodeArray:
      return RoundUp(layout.bytecode_data + fields.Count(8), kWord);
    case Kind::kDoubleStringCache:
      return 16 + 16 * fields.Count32(8);
    case Kind::kFeedbackVector:
      return HeaderAndWords(variants.feedback_vector_header, fields.Count32(8));
    case Kind::kFeedbackMetadata:
      return FeedbackMetadataSize(fields, layout);
    case Kind::kPreparseData:
      return RoundUp(16 + fields.Count32(8), kWord) + fields.Count32(12) * kWord;
    case Kind::kCoverageInfo:
      return 0;
    case Kind::kFreeSpace:
      return fields.Count(8) * (variants.free_space_in_words ? kWord : 1);
    case Kind::kFiller:
      return kWord;
    case Kind::kWasmNull:
      return layout.version < Version{13, 0, 0} ? kWord : 0;
    case Kind::kHole:
      return kWord + 65536;  // V8 14: its payload faults on access
    case Kind::kCode:
      if (layout.version < Version{11, 0, 0})
        return RoundUp(layout.code_instruction_start + fields.Count32(40) + fields.Count32(44),
                       variants.code_alignment);
      return 0;
    case Kind::kInstructionStream:
      return InstructionStreamSize(fields, layout, variants, pages);
    default:
      return 0;
  }
}

}  // namespace nodeheap::v8

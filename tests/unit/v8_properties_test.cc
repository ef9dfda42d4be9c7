// Properties and elements of objects made by hand, in storages that are broken too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "support/fake_heap.h"
#include "v8/primitives.h"
#include "v8/properties.h"

namespace nodeheap::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using v8::Address;
using v8::Kind;
using v8::Property;
using v8::Space;
using v8::Tagged;

Tagged Smi(int32_t value) { return FakeHeap::Smi(value); }

// PropertyDetails of V8 11: location in bit 5, attributes from bit 2 on, the field from bit 19 on.
Tagged Field(int32_t index, int32_t attributes = 0) { return Smi(index << 19 | attributes << 2); }
Tagged Constant() { return Smi(1 << 5); }

class PropertiesTest : public testing::Test {
 protected:
  PropertiesTest() : page_(fake_.AddPage(Space::kOld)) {
    symbol_map_ = fake_.AddMap(Kind::kSymbol, 3);
    object_map_ = fake_.AddMap(Kind::kJSObject, 5);  // two fields of its own
    Set(object_map_, fake_.layout.map.inobject_properties_start, uint8_t{3});
  }

  template <typename T>
  void Set(Tagged object, uint64_t offset, T value) {
    fake_.memory.Set(v8::Untag(object) + offset, value);
  }
  Tagged Key() { return v8::Tag(fake_.Append(page_, {symbol_map_, 0, 0})); }
  Tagged Object(std::initializer_list<Tagged> fields, Tagged properties = 0, Tagged elements = 0) {
    const Address at = fake_.Append(page_, {object_map_, properties, elements});
    fake_.Append(page_, fields);
    return v8::Tag(at);
  }
  // Of {key, details, value}, which the object's map is made to own.
  void Describe(uint16_t count, std::initializer_list<Tagged> entries) {
    const Tagged map = fake_.AddMap(Kind::kDescriptorArray, 0);
    const Address at = fake_.Append(page_, {map, count, 0});
    fake_.Append(page_, entries);
    Set(object_map_, fake_.layout.map.instance_descriptors, v8::Tag(at));
    Set(object_map_, fake_.layout.map.bit_field3, uint32_t{count} << 10);
  }
  Tagged Array(Kind kind, int32_t length, std::initializer_list<uint64_t> words) {
    const Tagged map = fake_.AddMap(kind, 0);
    const Address at = fake_.Append(page_, {map, Smi(length)});
    fake_.Append(page_, words);
    return v8::Tag(at);
  }
  Tagged Oddball(int32_t kind) {
    const Tagged map = fake_.AddMap(Kind::kOddball, 6);
    return v8::Tag(fake_.Append(page_, {map, 0, 0, 0, 0, Smi(kind)}));
  }

  struct Seen {
    std::vector<Property> properties;
    uint32_t skipped = 0;

    std::vector<Tagged> values() const {
      std::vector<Tagged> values;
      for (const Property& property : properties) values.push_back(property.value);
      return values;
    }
    std::vector<uint32_t> indexes() const {
      std::vector<uint32_t> indexes;
      for (const Property& property : properties) indexes.push_back(property.index);
      return indexes;
    }
  };
  using Visit = uint32_t (*)(const v8::Runtime&, Tagged, const v8::MapInfo&,
                             const v8::PropertyVisitor&);
  Seen See(Tagged object, Visit visit) {
    const auto runtime = v8::Runtime::Open(fake_.memory, fake_.layout).value();
    Seen seen;
    seen.skipped = visit(runtime, object, *runtime.MapOf(object), [&](const Property& property) {
      seen.properties.push_back(property);
      return true;
    });
    return seen;
  }
  Seen Named(Tagged object) { return See(object, &v8::ForEachNamedProperty); }
  Seen Elements(Tagged object) { return See(object, &v8::ForEachElement); }

  FakeHeap fake_;
  Address page_;
  Tagged symbol_map_ = 0;
  Tagged object_map_ = 0;
};

TEST_F(PropertiesTest, FieldsComeFirstInTheObjectThenInTheArray) {
  const Tagged array = Array(Kind::kPropertyArray, 1, {Smi(30)});
  Describe(3, {Key(), Field(0), 0, Key(), Field(1), 0, Key(), Field(2), 0});
  EXPECT_THAT(Named(Object({Smi(10), Smi(20)}, array)).values(),
              ElementsAre(Smi(10), Smi(20), Smi(30)));
}

TEST_F(PropertiesTest, AnIdentityHashIsNoLength) {
  constexpr int32_t kHash = 0x12345 << 10;
  const Tagged array = Array(Kind::kPropertyArray, kHash | 1, {Smi(30)});
  Describe(1, {Key(), Field(2), 0});
  EXPECT_THAT(Named(Object({0, 0}, array)).values(), ElementsAre(Smi(30)));
  Describe(1, {Key(), Field(0), 0});
  EXPECT_THAT(Named(Object({Smi(10), 0}, Smi(77777))).values(), ElementsAre(Smi(10)));
}

TEST_F(PropertiesTest, ConstantsLieInTheDescriptor) {
  Describe(1, {Key(), Constant(), Smi(5)});
  const Seen seen = Named(Object({0, 0}));
  ASSERT_THAT(seen.values(), ElementsAre(Smi(5)));
  EXPECT_TRUE(seen.properties[0].is_constant);
  EXPECT_EQ(seen.properties[0].slot, 0);
}

TEST_F(PropertiesTest, AttributesAreTold) {
  Describe(1, {Key(), Field(0, 1 | 2), 0});
  const Seen seen = Named(Object({Smi(1), 0}));
  ASSERT_EQ(seen.properties.size(), 1);
  EXPECT_FALSE(seen.properties[0].writable);
  EXPECT_FALSE(seen.properties[0].enumerable);
  EXPECT_TRUE(seen.properties[0].configurable);
}

TEST_F(PropertiesTest, WhatCannotBeReadIsCountedAndSpoilsNothing) {
  // A field beyond the property array, a key that is no name, details that are no Smi.
  Describe(4, {Key(), Field(9), 0, Smi(1), Field(0), 0, Key(), 1, 0, Key(), Field(1), 0});
  const Seen seen = Named(Object({Smi(10), Smi(20)}));
  EXPECT_THAT(seen.values(), ElementsAre(Smi(20)));
  EXPECT_EQ(seen.skipped, 3);
}

TEST_F(PropertiesTest, MoreDescriptorsThanThereAreAreCounted) {
  Describe(1, {Key(), Field(0), 0});
  Set(object_map_, fake_.layout.map.bit_field3, uint32_t{1000} << 10);
  const Seen seen = Named(Object({Smi(10), 0}));
  EXPECT_THAT(seen.values(), ElementsAre(Smi(10)));
  EXPECT_EQ(seen.skipped, 999);
}

TEST_F(PropertiesTest, HolesAreNoElements) {
  const Tagged hole = Oddball(2);
  const Tagged array = Array(Kind::kFixedArray, 3, {Smi(0), hole, Smi(2)});
  const Seen seen = Elements(Object({0, 0}, 0, array));
  EXPECT_THAT(seen.indexes(), ElementsAre(0, 2));
  EXPECT_THAT(seen.values(), ElementsAre(Smi(0), Smi(2)));
}

TEST_F(PropertiesTest, DoublesHaveAHoleOfTheirOwn) {
  const Tagged array =
      Array(Kind::kFixedDoubleArray, 3,
            {std::bit_cast<uint64_t>(1.5), v8::kHoleNan, std::bit_cast<uint64_t>(-0.0)});
  const Seen seen = Elements(Object({0, 0}, 0, array));
  EXPECT_THAT(seen.indexes(), ElementsAre(0, 2));
  EXPECT_EQ(seen.properties[0].unboxed, 1.5);
  EXPECT_TRUE(std::signbit(*seen.properties[1].unboxed));
}

TEST_F(PropertiesTest, ACorruptArrayLengthIsNotFollowed) {
  const Seen seen = Elements(Object({0, 0}, 0, Array(Kind::kFixedArray, 0x7FFFFFFF, {})));
  EXPECT_THAT(seen.indexes(), IsEmpty());
  EXPECT_EQ(seen.skipped, 1);
}

// {header}, then three numbers, one word before the entries, {key, value, details} entries.
TEST_F(PropertiesTest, SparseElementsAscend) {
  const Tagged undefined = Oddball(5);
  const Tagged hole = Oddball(2);
  const Tagged table = Array(Kind::kNumberDictionary, 16,
                             {Smi(2), Smi(1), Smi(4), 0,     // numbers, prefix
                              Smi(900), Smi(9), Smi(0),      //
                              undefined, undefined, Smi(0),  // never used
                              Smi(3), Smi(30), Smi(0),       //
                              hole, hole, Smi(0)});          // deleted
  const Seen seen = Elements(Object({0, 0}, 0, table));
  EXPECT_THAT(seen.indexes(), ElementsAre(3, 900));
  EXPECT_THAT(seen.values(), ElementsAre(Smi(30), Smi(9)));
  EXPECT_EQ(seen.skipped, 0);
}

TEST_F(PropertiesTest, ATableLargerThanItsArrayIsUnreadable) {
  const Tagged table = Array(Kind::kNumberDictionary, 4, {Smi(1), Smi(0), Smi(1 << 20), 0});
  const Seen seen = Elements(Object({0, 0}, 0, table));
  EXPECT_THAT(seen.indexes(), IsEmpty());
  EXPECT_EQ(seen.skipped, 1);
}

}  // namespace
}  // namespace nodeheap::test

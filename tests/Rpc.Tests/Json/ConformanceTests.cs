using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rpc.Json;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

/// <summary>
/// What protobuf's conformance suite (conformance/binary_json_conformance_suite.cc) asks of proto3's JSON, in our own words
/// and on our own message. Its names are kept, so that the two can be compared.
/// </summary>
public class ConformanceTests
{
    private static readonly Dictionary<string, (string Json, Everything Message)> Readable = new()
    {
        ["HelloWorld"] = ("""{"stringValue": "Hello, world"}""", new() { StringValue = "Hello, world" }),
        ["FieldNameInSnakeCase"] = (
            """{"fieldname1": 1, "fieldName2": 2, "FieldName3": 3, "fieldName4": 4}""",
            new() { Fieldname1 = 1, FieldName2 = 2, FieldName3 = 3, FieldName4 = 4 }),
        ["FieldNameWithNumbers"] = ("""{"field0name5": 5, "field0Name6": 6}""", new() { Field0Name5 = 5, Field0Name6 = 6 }),
        ["FieldNameWithMixedCases"] = (
            """{"fieldName7": 7, "FieldName8": 8, "fieldName9": 9, "FieldName10": 10, "FIELDNAME11": 11, "FIELDName12": 12}""",
            new() { FieldName7 = 7, FieldName8 = 8, FieldName9 = 9, FieldName10 = 10, FIELDNAME11 = 11, FIELDName12 = 12 }),
        ["OriginalProtoFieldName"] = (
            """
            {"fieldname1": 1, "field_name2": 2, "_field_name3": 3, "field__name4_": 4, "field0name5": 5, "field_0_name6": 6,
             "fieldName7": 7, "FieldName8": 8, "field_Name9": 9, "Field_Name10": 10, "FIELD_NAME11": 11, "FIELD_name12": 12}
            """,
            new()
            {
                Fieldname1 = 1,
                FieldName2 = 2,
                FieldName3 = 3,
                FieldName4 = 4,
                Field0Name5 = 5,
                Field0Name6 = 6,
                FieldName7 = 7,
                FieldName8 = 8,
                FieldName9 = 9,
                FieldName10 = 10,
                FIELDNAME11 = 11,
                FIELDName12 = 12,
            }),
        ["FieldNameEscaped"] = ("""{"fieldn\u0061me1": 1}""", new() { Fieldname1 = 1 }),
        ["FieldNameWithDoubleUnderscores"] = (
            """{"FieldName13": 13, "FieldName14": 14, "fieldName15": 15, "fieldName16": 16, "fieldName17": 17, "FieldName18": 18}""",
            new() { FieldName13 = 13, FieldName14 = 14, FieldName15 = 15, FieldName16 = 16, FieldName17 = 17, FieldName18 = 18 }),
        ["StoresDefaultPrimitive"] = ("""{"FieldName13": 0}""", new()),
        ["OneLineNoSpaces"] = ("""{"int32Value":1,"int64Value":2}""", new() { Int32Value = 1, Int64Value = 2 }),
        ["MultilineWithSpaces"] = ("{\n  \"int32Value\"  :  1\n  ,\n  \"int64Value\"  :  2\n}\n", new() { Int32Value = 1, Int64Value = 2 }),

        ["Int32FieldMaxValue"] = ("""{"int32Value": 2147483647}""", new() { Int32Value = int.MaxValue }),
        ["Int32FieldMinValue"] = ("""{"int32Value": -2147483648}""", new() { Int32Value = int.MinValue }),
        ["Uint32FieldMaxValue"] = ("""{"uint32Value": 4294967295}""", new() { Uint32Value = uint.MaxValue }),
        ["Int64FieldMaxValue"] = ("""{"int64Value": "9223372036854775807"}""", new() { Int64Value = long.MaxValue }),
        ["Int64FieldMinValue"] = ("""{"int64Value": "-9223372036854775808"}""", new() { Int64Value = long.MinValue }),
        ["Uint64FieldMaxValue"] = ("""{"uint64Value": "18446744073709551615"}""", new() { Uint64Value = ulong.MaxValue }),
        ["Int64FieldMaxValueNotQuoted"] = ("""{"int64Value": 9223372036854774784}""", new() { Int64Value = 9223372036854774784 }),
        ["Int64FieldMinValueNotQuoted"] = ("""{"int64Value": -9223372036854775808}""", new() { Int64Value = long.MinValue }),
        ["Uint64FieldMaxValueNotQuoted"] = ("""{"uint64Value": 18446744073709549568}""", new() { Uint64Value = 18446744073709549568 }),
        ["Int32FieldStringValue"] = ("""{"int32Value": "2147483647"}""", new() { Int32Value = int.MaxValue }),
        ["Int32FieldStringValueEscaped"] = ("""{"int32Value": "2\u003147483647"}""", new() { Int32Value = int.MaxValue }),
        ["Int32FieldStringValueZero"] = ("""{"int32Value": "0"}""", new()),
        ["Int32FieldQuotedExponentialValue"] = ("""{"int32Value": "1e5"}""", new() { Int32Value = 100000 }),
        ["Int32FieldFloatTrailingZero"] = ("""{"int32Value": 100000.000}""", new() { Int32Value = 100000 }),
        ["Int32FieldExponentialFormat"] = ("""{"int32Value": 1e5}""", new() { Int32Value = 100000 }),
        ["Int32FieldMaxFloatValue"] = ("""{"int32Value": 2.147483647e9}""", new() { Int32Value = int.MaxValue }),
        ["Int32FieldMinFloatValue"] = ("""{"int32Value": -2.147483648e9}""", new() { Int32Value = int.MinValue }),
        ["Uint32FieldMaxFloatValue"] = ("""{"uint32Value": 4.294967295e9}""", new() { Uint32Value = uint.MaxValue }),

        ["BoolFieldTrue"] = ("""{"boolValue": true}""", new() { BoolValue = true }),
        ["BoolFieldFalse"] = ("""{"boolValue": false}""", new()),

        ["FloatFieldMinPositiveValue"] = ("""{"floatValue": 1.175494e-38}""", new() { FloatValue = 1.175494e-38f }),
        ["FloatFieldMaxPositiveValue"] = ("""{"floatValue": 3.402823e+38}""", new() { FloatValue = 3.402823e+38f }),
        ["FloatFieldMaxNegativeValue"] = ("""{"floatValue": -1.175494e-38}""", new() { FloatValue = -1.175494e-38f }),
        ["FloatFieldMinNegativeValue"] = ("""{"floatValue": -3.402823e+38}""", new() { FloatValue = -3.402823e+38f }),
        ["FloatFieldQuotedValue"] = ("""{"floatValue": "1"}""", new() { FloatValue = 1 }),
        ["FloatFieldQuotedExponentialValue"] = ("""{"floatValue": "1.175494e-38"}""", new() { FloatValue = 1.175494e-38f }),
        ["FloatFieldNan"] = ("""{"floatValue": "NaN"}""", new() { FloatValue = float.NaN }),
        ["FloatFieldInfinity"] = ("""{"floatValue": "Infinity"}""", new() { FloatValue = float.PositiveInfinity }),
        ["FloatFieldNegativeInfinity"] = ("""{"floatValue": "-Infinity"}""", new() { FloatValue = float.NegativeInfinity }),
        ["DoubleFieldMinPositiveValue"] = ("""{"doubleValue": 2.22507e-308}""", new() { DoubleValue = 2.22507e-308 }),
        ["DoubleFieldMaxPositiveValue"] = ("""{"doubleValue": 1.79769e+308}""", new() { DoubleValue = 1.79769e+308 }),
        ["DoubleFieldMaxNegativeValue"] = ("""{"doubleValue": -2.22507e-308}""", new() { DoubleValue = -2.22507e-308 }),
        ["DoubleFieldMinNegativeValue"] = ("""{"doubleValue": -1.79769e+308}""", new() { DoubleValue = -1.79769e+308 }),
        ["DoubleFieldQuotedExponentialValue"] = ("""{"doubleValue": "2.22507e-308"}""", new() { DoubleValue = 2.22507e-308 }),
        ["DoubleFieldQuotedValue"] = ("""{"doubleValue": "1"}""", new() { DoubleValue = 1 }),
        ["DoubleFieldNan"] = ("""{"doubleValue": "NaN"}""", new() { DoubleValue = double.NaN }),
        ["DoubleFieldInfinity"] = ("""{"doubleValue": "Infinity"}""", new() { DoubleValue = double.PositiveInfinity }),
        ["DoubleFieldNegativeInfinity"] = ("""{"doubleValue": "-Infinity"}""", new() { DoubleValue = double.NegativeInfinity }),

        ["EnumField"] = ("""{"color": "RED"}""", new() { Color = Color.Red }),
        ["EnumFieldWithAlias"] = ("""{"aliased": "ALIAS_ONE"}""", new() { Aliased = Aliased.AliasOne }),
        ["EnumFieldWithAliasLowerCase"] = ("""{"aliased": "alias_uno"}""", new() { Aliased = Aliased.AliasOne }),
        ["EnumFieldNumericValueZero"] = ("""{"color": 0}""", new()),
        ["EnumFieldNumericValueNonZero"] = ("""{"color": 1}""", new() { Color = Color.Red }),
        ["EnumFieldUnknownValue"] = ("""{"color": 123}""", new() { Color = (Color)123 }),

        ["StringFieldUnicode"] = ("""{"stringValue": "谷歌"}""", new() { StringValue = "谷歌" }),
        ["StringFieldEscape"] = ("""{"stringValue": "\"\\\/\b\f\n\r\t"}""", new() { StringValue = "\"\\/\b\f\n\r\t" }),
        ["StringFieldUnicodeEscape"] = ("""{"stringValue": "\u8C37\u6b4c"}""", new() { StringValue = "谷歌" }),
        ["StringFieldUnicodeEscapeWithLowercaseHexLetters"] = ("""{"stringValue": "\u8c37\u6b4c"}""", new() { StringValue = "谷歌" }),
        ["StringFieldSurrogatePair"] = ("""{"stringValue": "\uD83D\uDE01"}""", new() { StringValue = "\U0001F601" }),
        ["StringFieldEmbeddedNull"] = ("""{"stringValue": "Hello\u0000world!"}""", new() { StringValue = "Hello\0world!" }),
        ["BytesField"] = ("""{"bytesValue": "AQI="}""", new() { BytesValue = ByteString.CopyFrom(1, 2) }),
        ["BytesFieldBase64Url"] = ("""{"bytesValue": "-_"}""", new() { BytesValue = ByteString.CopyFrom(0xFB) }),
        ["MessageField"] = ("""{"nested": {"a": 1234}}""", new() { Nested = new Nested { A = 1234 } }),

        ["OneofFieldNullFirst"] = ("""{"choiceUint32": null, "choiceString": "test"}""", new() { ChoiceString = "test" }),
        ["OneofFieldNullSecond"] = ("""{"choiceString": "test", "choiceUint32": null}""", new() { ChoiceString = "test" }),
        ["OneofZeroUint32"] = ("""{"choiceUint32": 0}""", new() { ChoiceUint32 = 0 }),
        ["OneofZeroMessage"] = ("""{"choiceNested": {}}""", new() { ChoiceNested = new Nested() }),
        ["OneofZeroString"] = ("""{"choiceString": ""}""", new() { ChoiceString = "" }),
        ["OneofZeroBytes"] = ("""{"choiceBytes": ""}""", new() { ChoiceBytes = ByteString.Empty }),
        ["OneofZeroBool"] = ("""{"choiceBool": false}""", new() { ChoiceBool = false }),
        ["OneofZeroUint64"] = ("""{"choiceUint64": 0}""", new() { ChoiceUint64 = 0 }),
        ["OneofZeroFloat"] = ("""{"choiceFloat": 0.0}""", new() { ChoiceFloat = 0 }),
        ["OneofZeroDouble"] = ("""{"choiceDouble": 0.0}""", new() { ChoiceDouble = 0 }),
        ["OneofZeroEnum"] = ("""{"choiceColor": "COLOR_UNSPECIFIED"}""", new() { ChoiceColor = Color.Unspecified }),
        ["NullValueInOtherOneofOldFormat"] = ("""{"choiceNull": "NULL_VALUE"}""", new() { ChoiceNull = NullValue.NullValue }),
        ["NullValueInOtherOneofNewFormat"] = ("""{"choiceNull": null}""", new() { ChoiceNull = NullValue.NullValue }),
        ["NullValueInNormalMessage"] = ("""{"nullValue": null}""", new()),

        ["Int32MapField"] = ("""{"int32Keys": {"1": 2, "3": 4}}""", new() { Int32Keys = { [1] = 2, [3] = 4 } }),
        ["Uint32MapField"] = ("""{"uint32Keys": {"1": 2, "3": 4}}""", new() { Uint32Keys = { [1] = 2, [3] = 4 } }),
        ["Int64MapField"] = ("""{"int64Keys": {"1": 2, "3": 4}}""", new() { Int64Keys = { [1] = 2, [3] = 4 } }),
        ["Int64MapEscapedKey"] = ("""{"int64Keys": {"\u0031": 2}}""", new() { Int64Keys = { [1] = 2 } }),
        ["Uint64MapField"] = ("""{"uint64Keys": {"1": 2, "3": "4"}}""", new() { Uint64Keys = { [1] = 2, [3] = 4 } }),
        ["BoolMapField"] = ("""{"boolKeys": {"true": "a", "false": "b"}}""", new() { BoolKeys = { [true] = "a", [false] = "b" } }),
        ["MessageMapField"] = (
            """{"nestedMap": {"hello": {"a": 1234}, "world": {"a": 5678}}}""",
            new() { NestedMap = { ["hello"] = new Nested { A = 1234 }, ["world"] = new Nested { A = 5678 } } }),
        ["Int32MapEscapedKey"] = ("""{"int32Keys": {"\u0031": 2}}""", new() { Int32Keys = { [1] = 2 } }),
        ["BoolMapEscapedKey"] = ("""{"boolKeys": {"tr\u0075e": "a"}}""", new() { BoolKeys = { [true] = "a" } }),

        ["PrimitiveRepeatedField"] = ("""{"int32s": [1, 2, 3, 4]}""", new() { Int32S = { 1, 2, 3, 4 } }),
        ["EnumRepeatedField"] = ("""{"colors": ["RED", "GREEN", 2]}""", new() { Colors = { Color.Red, Color.Green, Color.Green } }),
        ["StringRepeatedField"] = ("""{"strings": ["Hello", "world"]}""", new() { Strings = { "Hello", "world" } }),
        ["BytesRepeatedField"] = (
            """{"byteStrings": ["AAEC", "AQI="]}""",
            new() { ByteStrings = { ByteString.CopyFrom(0, 1, 2), ByteString.CopyFrom(1, 2) } }),
        ["MessageRepeatedField"] = ("""{"nesteds": [{"a": 1}, {"a": 2}]}""", new() { Nesteds = { new Nested { A = 1 }, new Nested { A = 2 } } }),

        ["AllFieldAcceptNull"] = (
            """
            {"boolValue": null, "int32Value": null, "int64Value": null, "uint32Value": null, "uint64Value": null, "sint32Value": null,
             "sint64Value": null, "fixed32Value": null, "fixed64Value": null, "sfixed32Value": null, "sfixed64Value": null,
             "floatValue": null, "doubleValue": null, "stringValue": null, "bytesValue": null, "color": null, "nested": null,
             "optionalString": null, "int32s": null, "strings": null, "nesteds": null, "nullValues": null, "values": null,
             "int32Keys": null, "nestedMap": null, "valueMap": null, "any": null, "timestamp": null, "duration": null,
             "fieldMask": null, "struct": null, "list": null, "empty": null, "wrappedBool": null, "wrappedString": null,
             "wrappedInt64s": null}
            """,
            new()),

        ["WrappersWithDefaultValues"] = (
            """
            {"wrappedBool": false, "wrappedInt32": 0, "wrappedUint32": 0, "wrappedInt64": 0, "wrappedUint64": "0", "wrappedFloat": 0,
             "wrappedDouble": 0, "wrappedString": "", "wrappedBytes": ""}
            """,
            new()
            {
                WrappedBool = false,
                WrappedInt32 = 0,
                WrappedUint32 = 0,
                WrappedInt64 = 0,
                WrappedUint64 = 0,
                WrappedFloat = 0,
                WrappedDouble = 0,
                WrappedString = "",
                WrappedBytes = ByteString.Empty,
            }),
        ["OptionalWrapperTypesWithNonDefaultValue"] = (
            """
            {"wrappedBool": true, "wrappedInt32": 1, "wrappedUint32": 1, "wrappedInt64": "1", "wrappedUint64": "1", "wrappedFloat": 1,
             "wrappedDouble": 1, "wrappedString": "1", "wrappedBytes": "AQI="}
            """,
            new()
            {
                WrappedBool = true,
                WrappedInt32 = 1,
                WrappedUint32 = 1,
                WrappedInt64 = 1,
                WrappedUint64 = 1,
                WrappedFloat = 1,
                WrappedDouble = 1,
                WrappedString = "1",
                WrappedBytes = ByteString.CopyFrom(1, 2),
            }),
        ["RepeatedInt32Wrapper"] = ("""{"wrappedInt32s": [0, 1]}""", new() { WrappedInt32S = { 0, 1 } }),
        ["RepeatedBoolWrapper"] = ("""{"wrappedBools": [true, false]}""", new() { WrappedBools = { true, false } }),
        ["RepeatedUint32Wrapper"] = ("""{"wrappedUint32s": [0, 1]}""", new() { WrappedUint32S = { 0, 1 } }),
        ["RepeatedInt64Wrapper"] = ("""{"wrappedInt64s": [0, 1]}""", new() { WrappedInt64S = { 0, 1 } }),
        ["RepeatedUint64Wrapper"] = ("""{"wrappedUint64s": [0, 1]}""", new() { WrappedUint64S = { 0, 1 } }),
        ["RepeatedFloatWrapper"] = ("""{"wrappedFloats": [0, 1]}""", new() { WrappedFloats = { 0, 1 } }),
        ["RepeatedDoubleWrapper"] = ("""{"wrappedDoubles": [0, 1]}""", new() { WrappedDoubles = { 0, 1 } }),
        ["RepeatedBytesWrapper"] = ("""{"wrappedByteStrings": ["", "AQI="]}""", new() { WrappedByteStrings = { ByteString.Empty, ByteString.CopyFrom(1, 2) } }),
        ["WrapperTypesWithNullValue"] = (
            """
            {"wrappedBool": null, "wrappedInt32": null, "wrappedUint32": null, "wrappedInt64": null, "wrappedUint64": null, "wrappedFloat": null,
             "wrappedDouble": null, "wrappedString": null, "wrappedBytes": null, "wrappedBools": null, "wrappedInt32s": null, "wrappedUint32s": null,
             "wrappedInt64s": null, "wrappedUint64s": null, "wrappedFloats": null, "wrappedDoubles": null, "wrappedStrings": null,
             "wrappedByteStrings": null}
            """,
            new()),
        ["RepeatedStringWrapper"] = ("""{"wrappedStrings": ["", "a"]}""", new() { WrappedStrings = { "", "a" } }),

        ["DurationMinValue"] = (
            """{"duration": "-315576000000.999999999s"}""",
            new() { Duration = new Duration { Seconds = -315576000000, Nanos = -999999999 } }),
        ["DurationMaxValue"] = (
            """{"duration": "315576000000.999999999s"}""",
            new() { Duration = new Duration { Seconds = 315576000000, Nanos = 999999999 } }),
        ["DurationRepeatedValue"] = (
            """{"durations": ["1.5s", "-1.5s"]}""",
            new() { Durations = { new Duration { Seconds = 1, Nanos = 500000000 }, new Duration { Seconds = -1, Nanos = -500000000 } } }),
        ["DurationNegativeSeconds"] = ("""{"duration": "-5s"}""", new() { Duration = new Duration { Seconds = -5 } }),
        ["DurationNegativeNanos"] = ("""{"duration": "-0.5s"}""", new() { Duration = new Duration { Nanos = -500000000 } }),

        ["TimestampMinValue"] = ("""{"timestamp": "0001-01-01T00:00:00Z"}""", At(-62135596800)),
        ["TimestampMaxValue"] = ("""{"timestamp": "9999-12-31T23:59:59.999999999Z"}""", At(253402300799, 999999999)),
        ["TimestampEpochValue"] = ("""{"timestamp": "1970-01-01T00:00:00.000Z"}""", At(0)),
        ["TimestampNanoAfterEpochlValue"] = ("""{"timestamp": "1970-01-01T00:00:00.000000001Z"}""", At(0, 1)),
        ["TimestampLittleAfterEpochlValue"] = ("""{"timestamp": "1970-01-01T00:00:01.000000001Z"}""", At(1, 1)),
        ["TimestampTenAndHalfSecondsAfterEpochValue"] = ("""{"timestamp": "1970-01-01T00:00:10.500Z"}""", At(10, 500000000)),
        ["TimestampRepeatedValue"] = (
            """{"timestamps": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"]}""",
            new() { Timestamps = { At(-62135596800).Timestamp, At(253402300799, 999999999).Timestamp } }),
        ["TimestampNanoBeforeEpochValue"] = ("""{"timestamp": "1969-12-31T23:59:59.999999999Z"}""", At(-1, 999999999)),
        ["TimestampLittleBeforeEpochValue"] = ("""{"timestamp": "1969-12-31T23:59:58.999999999Z"}""", At(-2, 999999999)),
        ["TimestampTenAndHalfSecondsBeforeEpochValue"] = ("""{"timestamp": "1969-12-31T23:59:49.500Z"}""", At(-11, 500000000)),
        ["TimestampLeap"] = ("""{"timestamp": "1993-02-10T00:00:00.000Z"}""", At(729302400)),
        ["TimestampWithPositiveOffset"] = ("""{"timestamp": "1970-01-01T08:00:01+08:00"}""", At(1)),
        ["TimestampWithNegativeOffset"] = ("""{"timestamp": "1969-12-31T16:00:01-08:00"}""", At(1)),
        ["TimestampJsonInputLeapFeb29"] = ("""{"timestamp": "2000-02-29T00:00:00Z"}""", At(951782400)),
        ["TimestampWithOffsetShiftsDay"] = ("""{"timestamp": "1970-01-02T01:00:00+02:00"}""", At(82800)),
        ["TimestampWithOffsetBoundaryInBoundsMin"] = ("""{"timestamp": "0001-01-01T00:00:00-00:01"}""", At(-62135596740)),
        ["TimestampWithOffsetBoundaryInBoundsMax"] = ("""{"timestamp": "9999-12-31T23:59:59+00:01"}""", At(253402300739)),
        ["TimestampWithComplexOffset"] = ("""{"timestamp": "1970-01-01T00:00:00-11:30"}""", At(41400)),

        ["FieldMask"] = ("""{"fieldMask": "foo,barBaz"}""", new() { FieldMask = new FieldMask { Paths = { "foo", "bar_baz" } } }),
        ["EmptyFieldMask"] = ("""{"fieldMask": ""}""", new() { FieldMask = new FieldMask() }),

        ["Struct"] = (
            """
            {"struct": {"nullValue": null, "intValue": 1234, "boolValue": true, "doubleValue": 1234.5678, "stringValue": "Hello world!",
             "listValue": [1234, "5678"], "objectValue": {"value": 0}}}
            """,
            new()
            {
                Struct = new Struct
                {
                    Fields =
                    {
                        ["nullValue"] = Value.ForNull(),
                        ["intValue"] = Value.ForNumber(1234),
                        ["boolValue"] = Value.ForBool(true),
                        ["doubleValue"] = Value.ForNumber(1234.5678),
                        ["stringValue"] = Value.ForString("Hello world!"),
                        ["listValue"] = Value.ForList(Value.ForNumber(1234), Value.ForString("5678")),
                        ["objectValue"] = Value.ForStruct(new Struct { Fields = { ["value"] = Value.ForNumber(0) } }),
                    },
                },
            }),
        ["StructWithEmptyListValue"] = (
            """{"struct": {"listValue": []}}""",
            new() { Struct = new Struct { Fields = { ["listValue"] = Value.ForList() } } }),
        ["StructDeepNesting25"] = (
            $$"""{"struct": {{Repeat("{\"n\": ", 26)}}1{{Repeat("}", 26)}}}""",
            new() { Struct = Enumerable.Range(0, 26).Aggregate(Value.ForNumber(1), (inner, _) => Value.ForStruct(new Struct { Fields = { ["n"] = inner } })).StructValue }),

        ["ValueAcceptInteger"] = ("""{"value": 1}""", new() { Value = Value.ForNumber(1) }),
        ["ValueAcceptFloat"] = ("""{"value": 1.5}""", new() { Value = Value.ForNumber(1.5) }),
        ["ValueAcceptBool"] = ("""{"value": false}""", new() { Value = Value.ForBool(false) }),
        ["ValueAcceptNull"] = ("""{"value": null}""", new() { Value = Value.ForNull() }),
        ["ValueAcceptString"] = ("""{"value": "hello"}""", new() { Value = Value.ForString("hello") }),
        ["ValueAcceptList"] = ("""{"value": [0, "hello"]}""", new() { Value = Value.ForList(Value.ForNumber(0), Value.ForString("hello")) }),
        ["ValueAcceptObject"] = (
            """{"value": {"value": 1}}""",
            new() { Value = Value.ForStruct(new Struct { Fields = { ["value"] = Value.ForNumber(1) } }) }),
        ["RepeatedValue"] = ("""{"values": [["a"], null]}""", new() { Values = { Value.ForList(Value.ForString("a")), Value.ForNull() } }),
        ["RepeatedListValue"] = ("""{"lists": [["a"]]}""", new() { Lists = { new ListValue { Values = { Value.ForString("a") } } } }),
        ["ListValueDeepNesting25"] = (
            $$"""{"value": {{Repeat("[", 25)}}1{{Repeat("]", 25)}}}""",
            new() { Value = Enumerable.Range(0, 25).Aggregate(Value.ForNumber(1), (inner, _) => Value.ForList(inner)) }),

        ["Any"] = (
            """{"any": {"@type": "type.googleapis.com/rpc.tests.json.Everything", "int32Value": 12345}}""",
            new() { Any = Any.Pack(new Everything { Int32Value = 12345 }) }),
        ["AnyNested"] = (
            """
            {"any": {"@type": "type.googleapis.com/google.protobuf.Any", "value":
                {"@type": "type.googleapis.com/rpc.tests.json.Everything", "int32Value": 12345}}}
            """,
            new() { Any = Any.Pack(Any.Pack(new Everything { Int32Value = 12345 })) }),
        ["AnyUnorderedTypeTag"] = (
            """{"any": {"int32Value": 12345, "@type": "type.googleapis.com/rpc.tests.json.Everything"}}""",
            new() { Any = Any.Pack(new Everything { Int32Value = 12345 }) }),
        ["AnyWithInt32ValueWrapper"] = (
            """{"any": {"@type": "type.googleapis.com/google.protobuf.Int32Value", "value": 12345}}""",
            new() { Any = Any.Pack(new Int32Value { Value = 12345 }) }),
        ["AnyWithDuration"] = (
            """{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1.5s"}}""",
            new() { Any = Any.Pack(new Duration { Seconds = 1, Nanos = 500000000 }) }),
        ["AnyWithTimestamp"] = (
            """{"any": {"@type": "type.googleapis.com/google.protobuf.Timestamp", "value": "1970-01-01T00:00:00Z"}}""",
            new() { Any = Any.Pack(new Timestamp()) }),
        ["AnyWithFieldMask"] = (
            """{"any": {"@type": "type.googleapis.com/google.protobuf.FieldMask", "value": "foo,barBaz"}}""",
            new() { Any = Any.Pack(new FieldMask { Paths = { "foo", "bar_baz" } }) }),
        ["AnyWithStruct"] = (
            """{"any": {"@type": "type.googleapis.com/google.protobuf.Struct", "value": {"foo": 1}}}""",
            new() { Any = Any.Pack(new Struct { Fields = { ["foo"] = Value.ForNumber(1) } }) }),
        ["AnyWithValueForJsonObject"] = (
            """{"any": {"@type": "type.googleapis.com/google.protobuf.Value", "value": {"foo": 1}}}""",
            new() { Any = Any.Pack(Value.ForStruct(new Struct { Fields = { ["foo"] = Value.ForNumber(1) } })) }),
        ["AnyWithValueForInteger"] = (
            """{"any": {"@type": "type.googleapis.com/google.protobuf.Value", "value": 1}}""",
            new() { Any = Any.Pack(Value.ForNumber(1)) }),
        ["AnyWithNoType"] = ("""{"any": {}}""", new() { Any = new Any() }),
        ["AnyEmpty"] = ("""{"any": {"@type": "type.googleapis.com/google.protobuf.Empty"}}""", new() { Any = Any.Pack(new Empty()) }),
    };

    private static readonly Dictionary<string, Everything> Unwritable = new()
    {
        ["DurationProtoInputTooSmall"] = new() { Duration = new Duration { Seconds = -315576000001 } },
        ["DurationProtoInputTooLarge"] = new() { Duration = new Duration { Seconds = 315576000001 } },
        ["DurationProtoNanosWrongSign"] = new() { Duration = new Duration { Seconds = 1, Nanos = -1 } },
        ["DurationProtoNanosWrongSignNegativeSecs"] = new() { Duration = new Duration { Seconds = -1, Nanos = 1 } },
        ["DurationProtoNanosTooSmall"] = new() { Duration = new Duration { Seconds = -1, Nanos = -1000000000 } },
        ["DurationProtoNanosTooLarge"] = new() { Duration = new Duration { Seconds = 1, Nanos = 1000000000 } },
        ["TimestampProtoInputTooSmall"] = At(-62135596801),
        ["TimestampProtoInputTooLarge"] = At(253402300800),
        ["TimestampProtoNegativeNanos"] = At(5000, -1),
        ["TimestampProtoNanoTooLarge"] = At(5000, 1000000000),
        ["FieldMaskPathsDontRoundTrip"] = new() { FieldMask = new FieldMask { Paths = { "fooBar" } } },
        ["FieldMaskNumbersDontRoundTrip"] = new() { FieldMask = new FieldMask { Paths = { "foo_3_bar" } } },
        ["FieldMaskTooManyUnderscore"] = new() { FieldMask = new FieldMask { Paths = { "foo__bar" } } },
        ["ValueRejectNanNumberValue"] = new() { Value = Value.ForNumber(double.NaN) },
        ["ValueRejectInfNumberValue"] = new() { Value = Value.ForNumber(double.PositiveInfinity) },
        ["AnyOfUnknownType"] = new() { Any = new Any { TypeUrl = "type.googleapis.com/no.such.Type" } },
        ["AnyWithValueButNoType"] = new() { Any = new Any { Value = ByteString.CopyFrom(1) } },
        ["ValueWithoutKind"] = new() { Value = new Value() },
    };

    public static TheoryData<string> ReadableNames => [.. Readable.Keys];

    public static TheoryData<string> UnwritableNames => [.. Unwritable.Keys];

    [Theory]
    [MemberData(nameof(ReadableNames))]
    public void Json_is_read(string name) => Assert.Equal(Readable[name].Message, Transcoding.FromJson<Everything>(Readable[name].Json));

    [Theory]
    [MemberData(nameof(ReadableNames))]
    public void What_was_read_is_read_again_after_it_was_written(string name)
    {
        var (_, message) = Readable[name];

        Assert.Equal(message, Transcoding.FromJson<Everything>(Transcoding.ToJson(message)));
    }

    [Theory]
    [MemberData(nameof(UnwritableNames))]
    public void A_message_without_a_json_form_is_refused(string name) =>
        Assert.Throws<TranscodingException>(() => Transcoding.ToJson(Unwritable[name]));

    // Not JSON.
    [Theory]
    [InlineData("""{"stringValue": "abc\""")]
    [InlineData("""{fieldname1: 1}""")]
    [InlineData("""{"fieldname1":1,}""")]
    [InlineData("""{"fieldname1":1 ,}""")]
    [InlineData("""{"fieldname1":1 , }""")]
    [InlineData("{\n// a comment\n\"fieldname1\": 1}")]
    [InlineData("""{"int32Value": 1 "int64Value": 2}""")]
    [InlineData("""{'stringValue': "Hello world!"}""")]
    [InlineData("""{'stringValue': 'Hello world!'}""")]
    [InlineData("""{"stringValue": 'Hello world!'}""")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    // Not the message's fields.
    [InlineData("""{"unknown": 1}""")]
    [InlineData("""{"nested": {"a": 1}, "nested": {}}""")]
    [InlineData("""{"int32_value": 1, "int32Value": 2}""")]
    [InlineData("""{"nested": {"a": 1}, "nested": {"a": 2}}""")]
    [InlineData("""{"choiceUint32": 1, "choiceString": "test"}""")]
    [InlineData("""{"choiceString": "test", "choiceUint32": 1}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    // Not integers, or out of range.
    [InlineData("""{"int32Value": 2147483648}""")]
    [InlineData("""{"int32Value": -2147483649}""")]
    [InlineData("""{"uint32Value": 4294967296}""")]
    [InlineData("""{"uint32Value": -1}""")]
    [InlineData("""{"int64Value": "9223372036854775808"}""")]
    [InlineData("""{"int64Value": "-9223372036854775809"}""")]
    [InlineData("""{"uint64Value": "18446744073709551616"}""")]
    [InlineData("""{"uint64Value": "-1"}""")]
    [InlineData("""{"uint64Value": "1e536870000"}""")]
    [InlineData("""{"uint64Value": "1e99999999999999999999"}""")]
    [InlineData("""{"int32Value": 0.5}""")]
    [InlineData("""{"uint32Value": 0.5}""")]
    [InlineData("""{"int64Value": "0.5"}""")]
    [InlineData("""{"uint64Value": "0.5"}""")]
    [InlineData("""{"int32Value": true}""")]
    [InlineData("""{"int32Value": false}""")]
    [InlineData("""{"int32Value": {}}""")]
    [InlineData("""{"int32Value": "12abc"}""")]
    [InlineData("""{"int32Value": "12 34"}""")]
    [InlineData("""{"int32Value": "12,34"}""")]
    [InlineData("""{"int32Value": "12谷歌34"}""")]
    [InlineData("""{"int32Value": "abc"}""")]
    [InlineData("""{"int32Value": "3x3"}""")]
    [InlineData("""{"uint32Value": "3x3"}""")]
    [InlineData("""{"int64Value": "3x3"}""")]
    [InlineData("""{"uint64Value": "3x3"}""")]
    [InlineData("""{"int32Value": ""}""")]
    [InlineData("""{"uint32Value": ""}""")]
    [InlineData("""{"int64Value": ""}""")]
    [InlineData("""{"uint64Value": ""}""")]
    [InlineData("""{"int32Value": +1}""")]
    [InlineData("""{"int32Value": 01}""")]
    [InlineData("""{"int32Value": -01}""")]
    [InlineData("""{"int32Value": "01"}""")]
    [InlineData("""{"int32Value": "+1"}""")]
    [InlineData("""{"int32Value": " 1"}""")]
    [InlineData("""{"int32Value": "1 "}""")]
    [InlineData("""{"int32Value": "1."}""")]
    [InlineData("""{"int32Value": "1e"}""")]
    [InlineData("""{"int32Value": "-"}""")]
    // Not booleans.
    [InlineData("""{"boolValue": 0}""")]
    [InlineData("""{"boolValue": 1}""")]
    [InlineData("""{"boolValue": True}""")]
    [InlineData("""{"boolValue": TRUE}""")]
    [InlineData("""{"boolValue": False}""")]
    [InlineData("""{"boolValue": FALSE}""")]
    [InlineData("""{"boolValue": "true"}""")]
    [InlineData("""{"boolValue": "false"}""")]
    // Not floating-point numbers, or out of range.
    [InlineData("""{"floatValue": NaN}""")]
    [InlineData("""{"floatValue": Infinity}""")]
    [InlineData("""{"floatValue": -Infinity}""")]
    [InlineData("""{"floatValue": "nan"}""")]
    [InlineData("""{"floatValue": "+Infinity"}""")]
    [InlineData("""{"floatValue": -3.502823e+38}""")]
    [InlineData("""{"floatValue": 3.502823e+38}""")]
    [InlineData("""{"floatValue": "3.502823e+38"}""")]
    [InlineData("""{"floatValue": ""}""")]
    [InlineData("""{"floatValue": "12abc"}""")]
    [InlineData("""{"floatValue": "abc"}""")]
    [InlineData("""{"floatValue": "12 34"}""")]
    [InlineData("""{"floatValue": "12谷歌34"}""")]
    [InlineData("""{"floatValue": "12,34"}""")]
    [InlineData("""{"floatValue": true}""")]
    [InlineData("""{"floatValue": false}""")]
    [InlineData("""{"doubleValue": -1.89769e+308}""")]
    [InlineData("""{"doubleValue": 1.89769e+308}""")]
    [InlineData("""{"doubleValue": "1.89769e+308"}""")]
    [InlineData("""{"doubleValue": ""}""")]
    [InlineData("""{"doubleValue": " 1"}""")]
    [InlineData("""{"doubleValue": "abc"}""")]
    [InlineData("""{"doubleValue": "12abc"}""")]
    [InlineData("""{"doubleValue": NaN}""")]
    [InlineData("""{"doubleValue": Infinity}""")]
    [InlineData("""{"doubleValue": -Infinity}""")]
    [InlineData("""{"doubleValue": false}""")]
    [InlineData("""{"doubleValue": true}""")]
    // Not enum values.
    [InlineData("""{"color": RED}""")]
    [InlineData("""{"color": "red"}""")]
    [InlineData("""{"color": "1"}""")]
    [InlineData("""{"color": 1.5}""")]
    [InlineData("""{"color": ["RED"]}""")]
    [InlineData("""{"color": [2]}""")]
    [InlineData("""{"color": true}""")]
    [InlineData("""{"color": false}""")]
    // Not strings.
    [InlineData("""{"stringValue": "\U8C37\U6b4C"}""")]
    [InlineData("""{"stringValue": "\uXXXX\u6B4C"}""")]
    [InlineData("""{"stringValue": "\u8C3"}""")]
    [InlineData("""{"stringValue": "\uD800"}""")]
    [InlineData("""{"stringValue": "\uDC00"}""")]
    [InlineData("""{"stringValue": "\uDE01\uD83D"}""")]
    [InlineData("""{"stringValue": 12345}""")]
    // Not bytes.
    [InlineData("""{"bytesValue": "A"}""")]
    [InlineData("""{"bytesValue": "AQI=="}""")]
    [InlineData("""{"bytesValue": "AQ=I"}""")]
    [InlineData("""{"bytesValue": "AQ I"}""")]
    [InlineData("""{"bytesValue": "!!!!"}""")]
    [InlineData("""{"bytesValue": 1}""")]
    // Not lists or maps.
    [InlineData("""{"int32s": [1, false, 3, 4]}""")]
    [InlineData("""{"int32s": [1, 2, "name", 4]}""")]
    [InlineData("""{"int32s": [1, 2, 3, {"a": 4}]}""")]
    [InlineData("""{"strings": ["1", 2, "3", "4"]}""")]
    [InlineData("""{"strings": ["1", "2", false, "4"]}""")]
    [InlineData("""{"strings": ["1", 2, "3", {"a": 4}]}""")]
    [InlineData("""{"nesteds": [{"a": 1}, 2]}""")]
    [InlineData("""{"nesteds": [{"a": 1}, "2"]}""")]
    [InlineData("""{"nesteds": [{"a": 1}, false]}""")]
    [InlineData("""{"int32s": 1}""")]
    [InlineData("""{"nesteds": {"a": 1}}""")]
    [InlineData("""{"int32s": [1, 2, 3, 4,]}""")]
    [InlineData("""{"int32s": [1, null, 2]}""")]
    [InlineData("""{"nesteds": [{"a":1}, null, {"a":2}]}""")]
    [InlineData("""{"wrappedInt32s": [null]}""")]
    [InlineData("""{"int32Keys": {null: 1}}""")]
    [InlineData("""{"int32Keys": {"0": null}}""")]
    [InlineData("""{"int32Keys": {1: 2, 3: 4}}""")]
    [InlineData("""{"uint32Keys": {1: 2, 3: 4}}""")]
    [InlineData("""{"int64Keys": {1: 2, 3: 4}}""")]
    [InlineData("""{"uint64Keys": {1: 2, 3: 4}}""")]
    [InlineData("""{"boolKeys": {true: "a"}}""")]
    [InlineData("""{"boolKeys": {"1": "a"}}""")]
    [InlineData("""{"int32Keys": {"a": 1}}""")]
    [InlineData("""{"int32Keys": [1]}""")]
    // Not durations or timestamps.
    [InlineData("""{"duration": "1"}""")]
    [InlineData("""{"duration": 1}""")]
    [InlineData("""{"duration": "1.s"}""")]
    [InlineData("""{"duration": ".5s"}""")]
    [InlineData("""{"duration": "+1s"}""")]
    [InlineData("""{"duration": "--1s"}""")]
    [InlineData("""{"duration": "1.0000000000s"}""")]
    [InlineData("""{"duration": "-315576000001.000000000s"}""")]
    [InlineData("""{"duration": "315576000001.000000000s"}""")]
    [InlineData("""{"timestamp": "0000-01-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "10000-01-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "0001-01-01T00:00:00"}""")]
    [InlineData("""{"timestamp": "0001-01-01 00:00:00Z"}""")]
    [InlineData("""{"timestamp": "0001-01-01T00:00:00z"}""")]
    [InlineData("""{"timestamp": "0001-01-01t00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T08:00:01+0800"}""")]
    [InlineData("""{"timestamp": "1970-13-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-00-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-32T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-00T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T24:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T25:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:60:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:60Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00+24:00"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00+00:60"}""")]
    [InlineData("""{"timestamp": "0001-01-01T00:00:00+00:01"}""")]
    [InlineData("""{"timestamp": "9999-12-31T23:59:59-00:01"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00.1234567890Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00.Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00.123aZ"}""")]
    [InlineData("""{"timestamp": "999-01-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "00001-01-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-1-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-1T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "2001-02-29T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00ZZ"}""")]
    // Not what the other well-known types have.
    [InlineData("""{"fieldMask": "foo,bar_bar"}""")]
    [InlineData("""{"fieldMask": ["foo"]}""")]
    [InlineData("""{"struct": 1}""")]
    [InlineData("""{"list": {}}""")]
    [InlineData("""{"value": 1e400}""")]
    [InlineData("""{"empty": {"a": 1}}""")]
    [InlineData("""{"any": {"@type": "", "value": ""}}""")]
    [InlineData("""{"any": {"@type": "not_a_url", "value": ""}}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/", "value": ""}}""")]
    [InlineData("""{"any": {"@type": 1}}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/no.such.Type"}}""")]
    [InlineData("""{"any": {"value": 1}}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Duration"}}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s", "value": "1s"}}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s", "other": 1}}""")]
    public void Other_json_is_refused(string json) => Assert.Throws<TranscodingException>(() => Transcoding.FromJson<Everything>(json));

    [Theory]
    [InlineData("1")]
    [InlineData("\"a\"")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("""{"a": 1}""")]
    public void Unknown_json_is_ignored_on_request(string value)
        => Assert.Equal(new Everything(), Transcoding.FromJson<Everything>($$"""{"unknown": {{value}}}""", new JsonTranscoderOptions { IgnoreUnknownFields = true }));

    [Theory]
    [InlineData("""{"struct": """, """{"n": """, "}")]
    [InlineData("""{"value": """, """{"n": """, "}")]
    [InlineData("""{"value": """, "[", "]")]
    public void Values_nested_200_deep_are_refused(string before, string open, string close) =>
        Assert.Throws<TranscodingException>(() => Transcoding.FromJson<Everything>($"{before}{Repeat(open, 200)}1{Repeat(close, 200)}}}"));

    [Theory]
    [InlineData("""{"int64Value": 1, "uint64Value": 2}""", """{"int64Value":"1","uint64Value":"2"}""")]
    [InlineData("""{"color": 123, "choiceColor": 2}""", """{"color":123,"choiceColor":"GREEN"}""")]
    [InlineData("""{"choiceNull": "NULL_VALUE"}""", """{"choiceNull":null}""")]
    [InlineData("""{"nullValue": null, "int32Value": 0}""", """{}""")]
    [InlineData("""{"FieldName13": 0}""", """{}""")]
    [InlineData("""{"aliased": "alias_uno"}""", """{"aliased":"ALIAS_ONE"}""")]
    [InlineData("""{"duration": "1.000000000s"}""", """{"duration":"1s"}""")]
    [InlineData("""{"duration": "1.01s"}""", """{"duration":"1.010s"}""")]
    [InlineData("""{"duration": "1.00001s"}""", """{"duration":"1.000010s"}""")]
    [InlineData("""{"duration": "-0.00000001s"}""", """{"duration":"-0.000000010s"}""")]
    [InlineData("""{"timestamp": "1969-12-31T16:00:00-08:00"}""", """{"timestamp":"1970-01-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00.000000000Z"}""", """{"timestamp":"1970-01-01T00:00:00Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00.01Z"}""", """{"timestamp":"1970-01-01T00:00:00.010Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00.00001Z"}""", """{"timestamp":"1970-01-01T00:00:00.000010Z"}""")]
    [InlineData("""{"timestamp": "1970-01-01T00:00:00.00000001Z"}""", """{"timestamp":"1970-01-01T00:00:00.000000010Z"}""")]
    [InlineData("""{"@another": 1, "größe": 2}""", """{"@another":1,"gr\u00F6\u00DFe":2}""")]
    [InlineData("""{"renamed": 1, "umlaut": 2}""", """{"@another":1,"gr\u00F6\u00DFe":2}""")]
    [InlineData("""{"any": {"@type": "type.googleapis.com/google.protobuf.Empty", "value": {}}}""", """{"any":{"@type":"type.googleapis.com/google.protobuf.Empty"}}""")]
    public void Json_is_written_in_canonical_form(string json, string canonical) =>
        Assert.Equal(canonical, Transcoding.ToJson(Transcoding.FromJson<Everything>(json)));

    [Theory]
    [InlineData(new byte[] { 0x65, 0x45, 0x23, 0xA1, 0x7F }, """{"floatValue":"NaN"}""")]
    [InlineData(new byte[] { 0x65, 0x21, 0x43, 0xB5, 0xFF }, """{"floatValue":"NaN"}""")]
    [InlineData(new byte[] { 0x69, 0x21, 0x43, 0x65, 0x87, 0xA9, 0xCB, 0xFB, 0xFF }, """{"doubleValue":"NaN"}""")]
    public void Every_NaN_is_NaN(byte[] message, string json) => Assert.Equal(json, Transcoding.ToJson(RunTimeDescriptors.Everything, message));

    private static Everything At(long seconds, int nanos = 0) => new() { Timestamp = new Timestamp { Seconds = seconds, Nanos = nanos } };

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}

// Room: detectors. What can change in a .proto file, as data. Severity follows what breaks: bytes on the wire or in storage
// are a danger, JSON and generated source code a caution.

import type {LeftOut, Rule} from '../../../domain/rule.ts';
import {apiRules} from '../rules.ts';

const PHRASES = {
	WIRE: 'messages written by the other version are read wrongly or refused',
	JSON: 'JSON written by the other version is read wrongly or refused; the binary form is not touched',
	SOURCE: 'programs that use the generated code no longer compile; what is sent stays the same',
	NOBODY: 'nobody uses it yet',
	NOTHING: 'nothing to do',
	RESERVE: 'reserve its number and its name',
	NEW_FIELD: 'add a field under a new name and number, and deprecate this one',
	NEW_RPC: 'add a call under a new name, move the clients over, then remove this one',
	KEEP: 'keep it, mark it deprecated, remove it when no client uses it any more',
	RELEASE: 'release the generated code as a breaking version, and tell who uses it',
	PUT_BACK: 'put it back',
};

/** File options that only decide where generated code goes: option → rule of buf. */
export const FILE_OPTIONS: ReadonlyMap<string, string> = new Map(
	(
		'go_package java_package java_outer_classname java_multiple_files csharp_namespace objc_class_prefix php_class_prefix ' +
		'php_namespace php_metadata_namespace ruby_package swift_prefix optimize_for cc_generic_services java_generic_services ' +
		'py_generic_services php_generic_services cc_enable_arenas'
	)
		.split(' ')
		.map((option) => [option, `FILE_SAME_${option.toUpperCase()}`]),
);

const fileOptions = [...FILE_OPTIONS].map(
	([option, theirs]) =>
		`${option.replaceAll('_', '-')}-changed | caution | the file option ${option} changed | SOURCE | RELEASE | ${theirs}`,
);

export const RULES: readonly Rule[] = apiRules(
	'proto',
	'buf',
	PHRASES,
	`
Fields
field-added | note | a new field | NOBODY | NOTHING
field-removed | danger | a field is gone and its number is free | the number can be given to another field, and old messages are then read wrongly | RESERVE | FIELD_NO_DELETE FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED
field-removed-name-free | caution | a field is gone, its number is reserved but its name is not | the name can be given to another field, and old JSON is then read wrongly | RESERVE | FIELD_NO_DELETE FIELD_NO_DELETE_UNLESS_NAME_RESERVED
field-retired | caution | a field is gone, number and name are reserved | programs that still read or set it no longer compile, and its value is dropped | make sure nobody reads it any more | FIELD_NO_DELETE
field-renamed | caution | the name of a number changed | JSON, field masks and generated code know the field by its name | NEW_FIELD | FIELD_SAME_NAME
field-number-reused | danger | a number belongs to another field now | WIRE | take a new number and reserve the old one | FIELD_SAME_NAME FIELD_SAME_TYPE
field-number-changed | danger | a field has another number | WIRE | keep the number | FIELD_NO_DELETE
field-type-wire-changed | danger | a field has a type with another form on the wire | WIRE | NEW_FIELD | FIELD_SAME_TYPE FIELD_WIRE_COMPATIBLE_TYPE
field-type-json-changed | caution | a field has a type with another form in JSON, or another range | JSON | NEW_FIELD | FIELD_SAME_TYPE FIELD_WIRE_JSON_COMPATIBLE_TYPE
field-type-source-changed | caution | a field has another type with the same form on the wire and in JSON | values out of range turn into others, and programs no longer compile | NEW_FIELD | FIELD_SAME_TYPE
field-encoding-changed | danger | a message field is delimited in another way, as with groups | WIRE | NEW_FIELD | FIELD_SAME_TYPE FIELD_WIRE_COMPATIBLE_TYPE
field-cardinality-changed | danger | a field became repeated, or no longer is | all values but the last are lost, packed ones are not read at all | NEW_FIELD | FIELD_SAME_CARDINALITY FIELD_WIRE_COMPATIBLE_CARDINALITY FIELD_SAME_LABEL
field-map-changed | caution | a map became a repeated message, or the other way round | JSON | NEW_FIELD | FIELD_SAME_CARDINALITY FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY
field-presence-changed | caution | whether an unset field can be told from a zero changed | programs see a zero where they saw nothing, or the other way round | make sure both sides treat zero and unset alike | FIELD_SAME_CARDINALITY FIELD_SAME_LABEL
required-field-added | danger | a field must be set from now on | messages without it are refused by everybody who reads them | leave it optional and check it in the program | MESSAGE_SAME_REQUIRED_FIELDS
required-field-removed | danger | a field need not be set any more, or is gone | readers of the old version refuse messages without it | keep setting it until every reader is new | MESSAGE_SAME_REQUIRED_FIELDS
field-joined-oneof | danger | a field moved into a oneof | messages that set it together with another member lose one of them | add a new field to the oneof | FIELD_SAME_ONEOF
field-left-oneof | caution | a field moved out of a oneof | setting another member no longer clears it, and generated code changes | RELEASE | FIELD_SAME_ONEOF
oneof-removed | caution | a oneof is gone | SOURCE | RELEASE | ONEOF_NO_DELETE
json-name-changed | caution | a field has another name in JSON | JSON | keep the json_name | FIELD_SAME_JSON_NAME
field-default-changed | caution | a field has another default value | both sides read an unset field differently without a word | keep the default | FIELD_SAME_DEFAULT
field-jstype-changed | caution | a field has another type in JavaScript | SOURCE | RELEASE | FIELD_SAME_JSTYPE
field-cpp-string-changed | caution | a string has another type in C++ | SOURCE | RELEASE | FIELD_SAME_CPP_STRING_TYPE FIELD_SAME_CTYPE
field-utf8-changed | caution | whether a string must be UTF-8 changed | strings that were taken are refused, or the other way round | make sure stored strings are valid | FIELD_SAME_UTF8_VALIDATION
java-utf8-changed | caution | whether Java checks strings for UTF-8 changed | strings that were taken are refused in Java, or the other way round | make sure stored strings are valid | FIELD_SAME_JAVA_UTF8_VALIDATION FILE_SAME_JAVA_STRING_CHECK_UTF8
field-packing-changed | note | repeated numbers are packed, or no longer | current readers take both forms, very old ones do not | make sure no reader is older than packing
field-validation-changed | caution | a validation rule of a field changed | values that were taken may be refused | look whether clients send what is now refused
field-deprecated | note | a field is deprecated | it still works | tell its users
Messages
message-added | note | a new message | NOBODY | NOTHING
message-removed | danger | a message is gone | who still sends or stores it cannot read it any more | KEEP | MESSAGE_NO_DELETE PACKAGE_MESSAGE_NO_DELETE
definition-moved | caution | a message, enum or service lies in another file | in languages with one module per file imports break; what is sent stays the same | RELEASE | MESSAGE_NO_DELETE ENUM_NO_DELETE SERVICE_NO_DELETE EXTENSION_NO_DELETE
reserved-removed | caution | a number or name of a message is no longer reserved | it can be given to a new field, and old messages are then read wrongly | PUT_BACK | RESERVED_MESSAGE_NO_DELETE
extension-range-removed | danger | a message gives up numbers for extensions | extensions with these numbers are no longer valid | PUT_BACK | EXTENSION_MESSAGE_NO_DELETE
extension-removed | danger | an extension is gone | who sets it cannot be read any more | KEEP | EXTENSION_NO_DELETE PACKAGE_EXTENSION_NO_DELETE
extension-added | note | a new extension | NOBODY | NOTHING
message-json-format-changed | caution | a message has other support for JSON | JSON | PUT_BACK | MESSAGE_SAME_JSON_FORMAT
message-set-format-changed | danger | a message is written in the form of message sets, or no longer | WIRE | PUT_BACK | MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT
message-accessor-removed | caution | a message loses its standard descriptor accessor | SOURCE | RELEASE | MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR
Enums
enum-added | note | a new enum | NOBODY | NOTHING
enum-removed | danger | an enum is gone | SOURCE | KEEP | ENUM_NO_DELETE PACKAGE_ENUM_NO_DELETE
enum-value-added | note | a new enum value | old programs see a number they do not know | make sure they have a branch for it
enum-value-removed | danger | an enum value is gone and its number is free | stored and sent values have no meaning any more, and the number can get another one | RESERVE | ENUM_VALUE_NO_DELETE ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED
enum-value-removed-name-free | caution | an enum value is gone, its number is reserved but its name is not | JSON that holds the name is refused, and the name can come back with another meaning | RESERVE | ENUM_VALUE_NO_DELETE ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED
enum-value-retired | caution | an enum value is gone, number and name are reserved | JSON that holds it is refused, and programs that use it no longer compile | make sure nobody sends it any more | ENUM_VALUE_NO_DELETE
enum-value-renamed | caution | the name of an enum number changed | JSON and generated code know the value by its name | keep the old name as an alias with allow_alias | ENUM_VALUE_SAME_NAME
enum-value-number-changed | danger | an enum value has another number | WIRE | keep the number | ENUM_VALUE_SAME_NAME
enum-first-value-changed | caution | the first value of a closed enum changed | it is what an unset field is read as | keep the first value
enum-type-changed | caution | an enum became open or closed | numbers it does not know are kept in the field or moved out of it | make sure programs handle unknown numbers | ENUM_SAME_TYPE
enum-json-format-changed | caution | an enum has other support for JSON | JSON | PUT_BACK | ENUM_SAME_JSON_FORMAT
enum-reserved-removed | caution | a number or name of an enum is no longer reserved | it can be given to a new value, and old messages are then read wrongly | PUT_BACK | RESERVED_ENUM_NO_DELETE
Services
service-added | note | a new service | NOBODY | NOTHING
service-removed | danger | a service is gone | every call of it fails | KEEP | SERVICE_NO_DELETE PACKAGE_SERVICE_NO_DELETE
rpc-added | note | a new call | NOBODY | NOTHING
rpc-removed | danger | a call is gone | clients that make it fail | KEEP | RPC_NO_DELETE
rpc-request-changed | danger | a call takes another message | the server reads what clients send as something else | NEW_RPC | RPC_SAME_REQUEST_TYPE
rpc-response-changed | danger | a call answers with another message | clients read the answer as something else | NEW_RPC | RPC_SAME_RESPONSE_TYPE
rpc-client-streaming-changed | danger | clients stream their requests, or no longer | clients and server of different versions cannot talk | NEW_RPC | RPC_SAME_CLIENT_STREAMING
rpc-server-streaming-changed | danger | the server streams its answers, or no longer | clients and server of different versions cannot talk | NEW_RPC | RPC_SAME_SERVER_STREAMING
rpc-idempotency-changed | caution | whether a call may be repeated changed | clients and proxies retry or cache what they must not, or stop doing so | keep the stronger promise | RPC_SAME_IDEMPOTENCY_LEVEL
rpc-http-changed | danger | a call has another HTTP route, or none | HTTP clients that use the old route fail | keep the old route as an additional binding
rpc-http-added | note | a call got an HTTP route | NOBODY | NOTHING
Files
file-removed | danger | a file is gone with what it declared | every import of it fails | KEEP | FILE_NO_DELETE
package-changed | danger | a file belongs to another package | calls and Any messages carry the package in their names; all of them change | keep the old package and serve both | FILE_SAME_PACKAGE PACKAGE_NO_DELETE
syntax-changed | caution | a file has another syntax or edition | presence, enums and packing follow other defaults | set the features so that nothing changes | FILE_SAME_SYNTAX
public-import-removed | caution | a file no longer passes on an import | programs that found its types through this file no longer compile | import the file where its types are used
${fileOptions.join('\n')}
`,
);

export const LEFT_OUT: readonly LeftOut[] = [];

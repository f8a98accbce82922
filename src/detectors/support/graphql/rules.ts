// Room: detectors. What can change in a GraphQL schema, as data: how much each hurts, why, and what to do instead.

import type {LeftOut, Rule} from '../../../domain/rule.ts';
import {apiRules} from '../rules.ts';

const PHRASES = {
	KEEP: 'keep it, mark it @deprecated, remove it when nobody asks for it any more',
	REFUSED: 'queries that name it are refused as invalid before anything runs',
	NOT_SENT: 'requests of clients that do not send it are refused',
	MAKE_OPTIONAL: 'make it nullable or give it a default value',
	NOTHING: 'nothing to do',
	DOCUMENTS: 'only documentation changes',
	GENERATED: 'generated clients get new comments, no query changes its meaning',
	STILL_SERVED: 'clients that rely on it should move on; it still works',
	DIRECTED: 'a directive can change who may see it, how it is checked, or what it returns',
	UNDIRECTED: 'what the directive enforced or added is gone',
	READ_DIRECTIVE: 'read what the directive does in this server, and tell clients if it restricts them',
	OLD_CLIENTS: 'clients built before do not know it and may fail on it',
	TOLERATE: 'make sure clients have a branch for what they do not know',
};

export const RULES: readonly Rule[] = apiRules(
	'graphql',
	'graphql-inspector',
	PHRASES,
	`
type-removed | danger | a type is gone | REFUSED | KEEP | TYPE_REMOVED graphql-js:TYPE_REMOVED
type-added | note | a new type | nobody uses it yet | NOTHING | TYPE_ADDED
type-kind-changed | danger | a type became another kind, such as an interface | selections and fragments on it are refused | add a type under a new name and move over to it | TYPE_KIND_CHANGED graphql-js:TYPE_CHANGED_KIND
type-description-added | note | a type got a description | GENERATED | NOTHING | TYPE_DESCRIPTION_ADDED
type-description-removed | note | a type lost its description | DOCUMENTS | NOTHING | TYPE_DESCRIPTION_REMOVED
type-description-changed | note | a description changed | DOCUMENTS | NOTHING | TYPE_DESCRIPTION_CHANGED
field-removed | danger | a field is gone | REFUSED | KEEP | FIELD_REMOVED graphql-js:FIELD_REMOVED
deprecated-field-removed | caution | a field that was deprecated is gone | clients that did not move on are refused | look at its usage first | FIELD_REMOVED
field-added | note | a new field | nobody asks for it yet | NOTHING | FIELD_ADDED
field-type-changed | danger | a field has another type | clients read the value as what it was, or meet a null they did not expect | add a field under a new name and deprecate this one | FIELD_TYPE_CHANGED graphql-js:FIELD_CHANGED_KIND
field-type-stricter | note | a field promises more than before | every value that comes is one that could come before; if the server cannot keep the promise, the parent becomes null | make sure no stored row breaks the promise | FIELD_TYPE_CHANGED
field-description-added | note | a field got a description | GENERATED | NOTHING | FIELD_DESCRIPTION_ADDED
field-description-removed | note | a field lost its description | DOCUMENTS | NOTHING | FIELD_DESCRIPTION_REMOVED
field-description-changed | note | a field is described anew | DOCUMENTS | NOTHING | FIELD_DESCRIPTION_CHANGED
field-deprecated | note | a field is deprecated | STILL_SERVED | tell its users | FIELD_DEPRECATION_ADDED
field-undeprecated | note | a field is no longer deprecated | it stays | NOTHING | FIELD_DEPRECATION_REMOVED
field-deprecation-reason-added | note | a deprecation got its reason | DOCUMENTS | NOTHING | FIELD_DEPRECATION_REASON_ADDED
field-deprecation-reason-removed | note | a deprecation lost its reason | DOCUMENTS | say what to use instead | FIELD_DEPRECATION_REASON_REMOVED
field-deprecation-reason-changed | note | a deprecation has another reason | DOCUMENTS | NOTHING | FIELD_DEPRECATION_REASON_CHANGED
argument-removed | danger | an argument is gone | REFUSED | KEEP | FIELD_ARGUMENT_REMOVED graphql-js:ARG_REMOVED
required-argument-added | danger | a new argument that must be sent | NOT_SENT | MAKE_OPTIONAL | FIELD_ARGUMENT_ADDED graphql-js:REQUIRED_ARG_ADDED
optional-argument-added | note | a new argument that may be sent | clients get what happens when it is absent | make sure its absence means what it meant before | FIELD_ARGUMENT_ADDED graphql-js:OPTIONAL_ARG_ADDED
argument-type-changed | danger | an argument has another type | values that clients send are refused | add an argument under a new name | FIELD_ARGUMENT_TYPE_CHANGED graphql-js:ARG_CHANGED_KIND
argument-type-looser | note | an argument takes more than before | what was sent before is still taken | NOTHING | FIELD_ARGUMENT_TYPE_CHANGED
argument-default-changed | caution | an argument has another default value | clients that leave it out get something else without a word | keep the default, or tell the clients | FIELD_ARGUMENT_DEFAULT_CHANGED graphql-js:ARG_DEFAULT_VALUE_CHANGE
argument-description-changed | note | an argument is described anew | DOCUMENTS | NOTHING | FIELD_ARGUMENT_DESCRIPTION_CHANGED
input-field-removed | danger | an input field is gone | requests that send it are refused | KEEP | INPUT_FIELD_REMOVED
required-input-field-added | danger | a new input field that must be sent | NOT_SENT | MAKE_OPTIONAL | INPUT_FIELD_ADDED graphql-js:REQUIRED_INPUT_FIELD_ADDED
optional-input-field-added | note | a new input field that may be sent | its absence must mean what it meant before | NOTHING | INPUT_FIELD_ADDED graphql-js:OPTIONAL_INPUT_FIELD_ADDED
input-field-type-changed | danger | an input field has another type | values that clients send are refused | add a field under a new name | INPUT_FIELD_TYPE_CHANGED
input-field-type-looser | note | an input field takes more than before | what was sent before is still taken | NOTHING | INPUT_FIELD_TYPE_CHANGED
input-field-default-changed | caution | an input field has another default value | clients that leave it out get something else without a word | keep the default, or tell the clients | INPUT_FIELD_DEFAULT_VALUE_CHANGED
input-field-description-added | note | an input field got a description | GENERATED | NOTHING | INPUT_FIELD_DESCRIPTION_ADDED
input-field-description-removed | note | an input field lost its description | DOCUMENTS | NOTHING | INPUT_FIELD_DESCRIPTION_REMOVED
input-field-description-changed | note | an input field is described anew | DOCUMENTS | NOTHING | INPUT_FIELD_DESCRIPTION_CHANGED
enum-value-removed | danger | an enum value is gone | requests that send it are refused, and stored values can no longer be returned | KEEP | ENUM_VALUE_REMOVED graphql-js:VALUE_REMOVED_FROM_ENUM
enum-value-added | caution | a new enum value | OLD_CLIENTS | TOLERATE | ENUM_VALUE_ADDED graphql-js:VALUE_ADDED_TO_ENUM
enum-value-description-changed | note | an enum value is described anew | DOCUMENTS | NOTHING | ENUM_VALUE_DESCRIPTION_CHANGED
enum-value-deprecated | note | an enum value is deprecated | STILL_SERVED | tell its users | ENUM_VALUE_DEPRECATION_REASON_ADDED
enum-value-undeprecated | note | an enum value is no longer deprecated | it stays | NOTHING | ENUM_VALUE_DEPRECATION_REASON_REMOVED
enum-value-deprecation-reason-changed | note | the deprecation of an enum value has another reason | DOCUMENTS | NOTHING | ENUM_VALUE_DEPRECATION_REASON_CHANGED
union-member-removed | danger | a union lost a member | fragments on it are refused | KEEP | UNION_MEMBER_REMOVED graphql-js:TYPE_REMOVED_FROM_UNION
union-member-added | caution | a union has a new member | OLD_CLIENTS | TOLERATE | UNION_MEMBER_ADDED graphql-js:TYPE_ADDED_TO_UNION
interface-removed | danger | a type no longer implements an interface | fragments through the interface no longer match it | KEEP | OBJECT_TYPE_INTERFACE_REMOVED graphql-js:IMPLEMENTED_INTERFACE_REMOVED
interface-added | caution | a type implements one more interface | fields of that interface can now return it, and clients may not know it there | TOLERATE | OBJECT_TYPE_INTERFACE_ADDED graphql-js:IMPLEMENTED_INTERFACE_ADDED
query-type-changed | danger | another type is the root of queries | every query is checked against another type | keep the root type, or make sure the new one has every field of the old | SCHEMA_QUERY_TYPE_CHANGED
mutation-type-changed | danger | another type is the root of mutations | every mutation is checked against another type | keep the root type, or make sure the new one has every field of the old | SCHEMA_MUTATION_TYPE_CHANGED
subscription-type-changed | danger | another type is the root of subscriptions | every subscription is checked against another type | keep the root type, or make sure the new one has every field of the old | SCHEMA_SUBSCRIPTION_TYPE_CHANGED
directive-removed | danger | a directive is gone | REFUSED | KEEP | DIRECTIVE_REMOVED graphql-js:DIRECTIVE_REMOVED
directive-added | note | a new directive | nobody uses it yet | NOTHING | DIRECTIVE_ADDED
directive-description-changed | note | a directive is described anew | DOCUMENTS | NOTHING | DIRECTIVE_DESCRIPTION_CHANGED
directive-location-added | note | a directive may stand in one more place | no use of it changes | NOTHING | DIRECTIVE_LOCATION_ADDED
directive-location-removed | danger | a directive may no longer stand somewhere | documents with it there are refused | KEEP | DIRECTIVE_LOCATION_REMOVED graphql-js:DIRECTIVE_LOCATION_REMOVED
directive-repeatable-added | note | a directive may be repeated | no use of it changes | NOTHING | DIRECTIVE_REPEATABLE_ADDED
directive-repeatable-removed | caution | a directive may no longer be repeated | documents that repeat it are refused | keep it repeatable | DIRECTIVE_REPEATABLE_REMOVED graphql-js:DIRECTIVE_REPEATABLE_REMOVED
directive-argument-removed | danger | a directive lost an argument | documents that give it are refused | KEEP | DIRECTIVE_ARGUMENT_REMOVED graphql-js:DIRECTIVE_ARG_REMOVED
required-directive-argument-added | danger | a directive has a new argument that must be given | documents that use the directive without it are refused | MAKE_OPTIONAL | DIRECTIVE_ARGUMENT_ADDED graphql-js:REQUIRED_DIRECTIVE_ARG_ADDED
optional-directive-argument-added | note | a directive has a new argument | no use of it changes | NOTHING | DIRECTIVE_ARGUMENT_ADDED
directive-argument-description-changed | note | an argument of a directive is described anew | DOCUMENTS | NOTHING | DIRECTIVE_ARGUMENT_DESCRIPTION_CHANGED
directive-argument-default-changed | caution | an argument of a directive has another default value | every use without it means something else | keep the default | DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED
directive-argument-type-changed | danger | an argument of a directive has another type | documents that give it are refused | add an argument under a new name | DIRECTIVE_ARGUMENT_TYPE_CHANGED
directive-argument-type-looser | note | an argument of a directive takes more than before | what was given before is still taken | NOTHING | DIRECTIVE_ARGUMENT_TYPE_CHANGED
directive-put-on-union | caution | a union got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_UNION_MEMBER_ADDED
directive-taken-from-union | caution | a union lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_UNION_MEMBER_REMOVED
directive-put-on-enum | caution | an enum got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ENUM_ADDED
directive-taken-from-enum | caution | an enum lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ENUM_REMOVED
directive-put-on-enum-value | caution | an enum value got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ENUM_VALUE_ADDED
directive-taken-from-enum-value | caution | an enum value lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ENUM_VALUE_REMOVED
directive-put-on-input | caution | an input type got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_INPUT_OBJECT_ADDED
directive-taken-from-input | caution | an input type lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_INPUT_OBJECT_REMOVED
directive-put-on-scalar | caution | a scalar got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_SCALAR_ADDED
directive-taken-from-scalar | caution | a scalar lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_SCALAR_REMOVED
directive-put-on-object | caution | a type got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_OBJECT_ADDED
directive-taken-from-object | caution | a type lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_OBJECT_REMOVED
directive-put-on-interface | caution | an interface got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_INTERFACE_ADDED
directive-taken-from-interface | caution | an interface lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_INTERFACE_REMOVED
directive-put-on-argument | caution | an argument got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ARGUMENT_DEFINITION_ADDED
directive-taken-from-argument | caution | an argument lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ARGUMENT_DEFINITION_REMOVED
directive-put-on-schema | caution | the schema got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_SCHEMA_ADDED
directive-taken-from-schema | caution | the schema lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_SCHEMA_REMOVED
directive-put-on-field | caution | a field got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_FIELD_DEFINITION_ADDED
directive-taken-from-field | caution | a field lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_FIELD_DEFINITION_REMOVED
directive-put-on-input-field | caution | an input field got a directive | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_INPUT_FIELD_DEFINITION_ADDED
directive-taken-from-input-field | caution | an input field lost a directive | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_INPUT_FIELD_DEFINITION_REMOVED
directive-use-argument-added | caution | a directive in use is given one more argument | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ARGUMENT_ADDED
directive-use-argument-removed | caution | a directive in use is given one argument less | UNDIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ARGUMENT_REMOVED
directive-use-argument-changed | caution | a directive in use is given another value | DIRECTED | READ_DIRECTIVE | DIRECTIVE_USAGE_ARGUMENT_ADDED DIRECTIVE_USAGE_ARGUMENT_REMOVED
input-became-one-of | danger | an input type takes exactly one of its fields from now on | requests that send several of them, or none, are refused | add an input type under a new name | DIRECTIVE_USAGE_INPUT_OBJECT_ADDED
`,
);

const SELECTIONS = 'it is about fields selected in a query document; a comparison of schemas never meets one';

export const LEFT_OUT: readonly LeftOut[] = ['ADDED', 'REMOVED'].map((end) => ({
	rule: `graphql-inspector:DIRECTIVE_USAGE_FIELD_${end}`,
	why: SELECTIONS,
}));

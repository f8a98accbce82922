// Room: detectors. What can change in the exported TypeScript of a package, as data. Programs that take the new version are
// the ones that break: removals are a danger, types that no longer fit a caution.

import type {Rule} from '../../../domain/rule.ts';
import {apiRules} from '../rules.ts';

const PHRASES = {
	IMPORT: 'programs that import it stop at start-up or no longer compile',
	CALLS: 'calls written for the version before no longer compile, or pass something wrong',
	READS: 'programs that read it no longer compile, or meet something they did not expect',
	WRITES: 'programs that write it no longer compile',
	IMPLEMENTS: 'programs that implement or extend it no longer compile',
	SUBCLASS: 'subclasses no longer compile, or are asked for something they do not have',
	FINE: 'programs written for the version before go on as they are',
	KEEP: 'keep it, mark it @deprecated, remove it in the next major version',
	ALIAS: 'export it under the old name too',
	OPTIONAL: 'make it optional',
	OVERLOAD: 'add an overload, or a function under a new name',
	MAJOR: 'release it as a major version, or keep the old type working',
	NOTHING: 'nothing to do',
	BOTH: 'keep the old way working beside the new one',
};

export const RULES: readonly Rule[] = apiRules(
	'ts',
	'semver-ts',
	PHRASES,
	`
Exports
export-added | note | a new export | FINE | NOTHING
export-removed | danger | an export is gone | IMPORT | KEEP
deprecated-export-removed | caution | an export that was deprecated is gone | programs that did not move on stop at start-up or no longer compile | MAJOR
export-renamed | danger | an export has another name | IMPORT | ALIAS
default-export-removed | danger | the default export is gone | IMPORT | KEEP
export-became-type-only | danger | a value is exported as a type alone | programs that use its value stop at start-up | export the value
kind-changed | danger | an export became another kind of thing, such as a class turned function | programs that call, construct or extend it no longer compile | BOTH
workspace-export-removed | note | an export of a private package is gone | other packages of the repository that import it no longer compile | build the whole repository
Packages
package-renamed | danger | a package has another name | nobody who depends on it gets this version | publish it under the old name too
package-became-private | caution | a package is no longer published | nobody who depends on it gets this version | deprecate the package
subpath-removed | danger | an entry point of a package is gone | IMPORT | KEEP
subpath-closed | danger | a package that let every file be imported now lists its entry points | imports of other files fail | list the files that were imported
condition-removed | danger | an entry point no longer serves require or import | programs that load it that way stop at start-up | BOTH
bin-removed | danger | a command of a package is gone | scripts that run it fail | KEEP
module-type-changed | danger | the files of a package became ES modules, or CommonJS | require of it fails, or the import has another shape | serve both through exports
types-removed | caution | a package no longer says where its types are | programs in TypeScript see any, or no longer compile | keep the types entry
Functions
parameter-required-added | danger | a new parameter that must be passed | CALLS | OPTIONAL
parameter-optional-added | note | a new parameter that may be passed | FINE | NOTHING
parameter-removed | danger | a parameter is gone | calls that pass it no longer compile, and later ones move up | OVERLOAD
parameter-became-required | danger | a parameter must be passed now | CALLS | OPTIONAL
parameter-became-optional | note | a parameter need not be passed any more | FINE | NOTHING
parameter-type-narrowed | caution | a parameter takes less than before | CALLS | MAJOR
parameter-type-widened | note | a parameter takes more than before | FINE | NOTHING
parameter-type-changed | danger | a parameter has another type | CALLS | OVERLOAD
rest-parameter-removed | danger | a function no longer takes any number of arguments | CALLS | OVERLOAD
return-type-widened | caution | a function can return more than before | READS | MAJOR
return-type-narrowed | note | a function returns less than before | FINE | NOTHING
return-type-changed | danger | a function returns another type | READS | OVERLOAD
became-async | danger | a function returns a promise now | programs that do not await it go on with a promise in their hands | add a function under a new name
became-sync | caution | a function no longer returns a promise | programs that use then or catch on it fail | keep returning a promise
overload-removed | danger | a way to call a function is gone | CALLS | KEEP
overload-added | note | a new way to call a function | FINE | NOTHING
Generics
generic-added | danger | a new type parameter without a default | programs that name the type parameters no longer compile | give it a default
generic-removed | danger | a type parameter is gone | programs that name the type parameters no longer compile | keep it unused
generic-default-removed | danger | a type parameter lost its default | programs that leave it out no longer compile | keep the default
generic-constraint-changed | caution | a type parameter has another constraint | types that were allowed may no longer be | MAJOR
Classes
member-removed | danger | a member of a class is gone | READS | KEEP
member-added | note | a class has a new member | FINE | NOTHING
member-hidden | danger | a public member of a class became protected | READS | KEEP
member-kind-changed | danger | a member became another kind: method, property, static | READS | BOTH
abstract-member-added | danger | subclasses must have one more member | SUBCLASS | give it a body
class-became-abstract | danger | a class can no longer be constructed | programs that construct it no longer compile | keep it concrete
constructor-hidden | danger | a constructor is no longer public | programs that construct it no longer compile | keep it public
base-class-changed | caution | a class extends another class | what it inherited is gone, and instanceof answers otherwise | keep the old base class
implements-removed | caution | a class no longer implements an interface | it can no longer be passed where the interface is wanted | MAJOR
Interfaces and object types
property-removed | danger | a property is gone | READS | KEEP
required-property-added | caution | objects must have one more property | IMPLEMENTS | OPTIONAL
optional-property-added | note | objects may have one more property | FINE | NOTHING
property-became-required | caution | a property must be there now | IMPLEMENTS | MAJOR
property-became-optional | caution | a property can be absent now | READS | MAJOR
property-type-narrowed | caution | a property takes less than before | WRITES | MAJOR
property-type-widened | caution | a property can hold more than before | READS | MAJOR
property-type-changed | danger | a property has another type | READS | KEEP
property-became-readonly | caution | a property can no longer be written | WRITES | MAJOR
property-became-writable | note | a property can be written now | FINE | NOTHING
index-signature-removed | danger | an object no longer takes any key | READS | MAJOR
interface-base-removed | caution | an interface no longer extends another | what it inherited is gone, and it no longer fits where the other is wanted | MAJOR
Types, enums, values
type-narrowed | caution | a type allows less than before | programs that make such values no longer compile | MAJOR
type-widened | caution | a type allows more than before | programs that read such values miss a case | MAJOR
type-changed | danger | a type is another type | READS | MAJOR
enum-member-removed | danger | a member of an enum is gone | IMPORT | KEEP
enum-member-added | note | an enum has a new member | programs that list all cases miss one | NOTHING
enum-value-changed | danger | a member of an enum has another value | values that were stored or sent mean something else, and const enums keep the old one | give the new value to a new member
const-enum-changed | caution | an enum became a const enum, or no longer is | its object is there at run time, or no longer | keep it as it was
const-type-changed | danger | an exported value has another type | READS | MAJOR
const-value-changed | note | an exported literal has another value | programs that copied or compiled it in keep the old one | look who relies on the value
`,
);

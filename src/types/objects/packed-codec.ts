import {createRequire} from 'node:module'
import type {Packr, Unpackr} from 'msgpackr'
import {restoreInstance} from '../type-registry.js'

export type Packer = Pick<Packr, 'pack'>
export type Unpacker = Pick<Unpackr, 'unpackMultiple'>

/** Numbers and strings that msgpack would change; they travel as extensions. */
export class NegativeZero {}
export class IllFormedText {
  constructor(readonly text: string) {}
}

/** An instance of a registered class: the plain data it travels as, and what makes an instance of it again. */
export class PackedInstance {
  constructor(
    readonly name: string,
    readonly version: number,
    readonly data: unknown,
  ) {}
}

/**
 * `sequential` keeps the table of record structures from one call to the next; `moreTypes` brings Set, typed arrays and
 * exact bigints. Each instance gets a copy: the library puts the table into the options it is given. `bundleStrings` is slower (3.7 instead of 4.7 M records/s, measured 2026-11).
 */
const OPTIONS = {sequential: true, useRecords: true, moreTypes: true, useBigIntExtension: true, copyBuffers: true}

/** Packs and unpacks values that stand alone. */
export type ValuePacker = Pick<Packr, 'pack' | 'unpack'>

let loaded: typeof import('msgpackr') | undefined

export function newPacker(): Packer {
  const {Packr} = library()
  return new Packr({...OPTIONS})
}

export function newUnpacker(): Unpacker {
  const {Unpackr} = library()
  return new Unpackr({...OPTIONS})
}

/** Each value brings the structures of its records with it. */
export function newValuePacker(): ValuePacker {
  const {Packr} = library()
  return new Packr({...OPTIONS, sequential: false})
}

/** Names of fields are kept in the packer, which reads what it wrote as long as it lives. */
export function newRowPacker(): ValuePacker {
  const {Packr} = library()
  return new Packr({...OPTIONS, sequential: false, structures: []})
}

/** Loaded when the first value needs it: 15 ms that the start of most jobs does not have to pay. */
function library(): typeof import('msgpackr') {
  if (loaded !== undefined) return loaded
  const library = createRequire(import.meta.url)('msgpackr') as typeof import('msgpackr')
  library.addExtension({
    Class: NegativeZero,
    type: 1,
    pack: () => Buffer.of(0),
    unpack: () => -0 as unknown as NegativeZero,
  })
  library.addExtension({
    Class: IllFormedText,
    type: 2,
    pack: (value: IllFormedText) => Buffer.from(value.text, 'utf16le'),
    unpack: (bytes) => Buffer.from(bytes).toString('utf16le') as unknown as IllFormedText,
  })
  library.addExtension({
    Class: PackedInstance,
    type: 3,
    write: ({name, version, data}: PackedInstance) => [name, version, data],
    read: ([name, version, data]: [string, number, unknown]) => restoreInstance(name, version, data) as PackedInstance,
  })
  loaded = library
  return library
}

import {RowCodec} from '../../types/index.js'
import {SharedList} from '../heap/shared-list.js'
import {UserMap} from '../heap/user-map.js'
import type {Namespace} from '../keys/namespace.js'
import type {StateMeta} from '../snapshots/state-meta.js'
import type {ValueCodec} from '../state-descriptors.js'
import type {Expiring} from '../ttl/expiring.js'

/** What a row's value holds beside the value of the state. */
export interface RowExtras {
  /** The key, where the row's key has only its text. */
  readonly key: unknown
  readonly namespace: Namespace | undefined
}

export interface Row {
  readonly isGone: boolean
  readonly extras: RowExtras | undefined
  readonly value: unknown
}

const PLAIN = 0
const WITH_EXTRAS = 1
const GONE = 2
const TOUCHED_BYTES = 8

/**
 * Values of one state as bytes.
 *
 *   row  := extras u8 (0, 1), [the oldest touch f64, with a TTL], msgpack of form, or of [key, namespace, form]
 *   gone := 2 u8, or 3 u8 and msgpack of [key, namespace]
 *
 *   form    single value                 list  [element…]                    map  [key, value, …]
 *   TTL     [value, touched]                   [[element…], [touched…]]           [key, value, touched, …]
 *
 * Touched is when somebody last touched the value, element or entry, in milliseconds since the epoch.
 */
export class RowValues {
  /** Of value state that has one: what is stored is what it makes of the value. */
  codec: ValueCodec<unknown> | undefined = undefined
  private readonly rows: RowCodec
  private readonly form: Form
  private readonly headerBytes: number
  private bytes = Buffer.allocUnsafe(1024)

  constructor(meta: StateMeta, operatorName: string) {
    this.rows = new RowCodec(`state "${meta.name}" of operator "${operatorName}"`)
    this.form = formOf(meta)
    this.headerBytes = meta.hasTtl ? 1 + TOUCHED_BYTES : 1
  }

  /** Valid until the next call. Errors: `user` FTS_NOT_SERIALIZABLE. */
  encode(value: unknown, extras: RowExtras | undefined): Uint8Array {
    const form = this.form.toForm(this.codec === undefined ? value : this.codec.encode(value))
    const packed = this.rows.encode(extras === undefined ? form : [extras.key, extras.namespace, form])
    return this.withHeader(packed, extras === undefined ? PLAIN : WITH_EXTRAS, value)
  }

  /** With the state's codec. */
  decode(bytes: Uint8Array): Row {
    const row = this.decodeStored(bytes)
    return this.codec === undefined ? row : {...row, value: this.codec.decode(row.value)}
  }

  /** As snapshots store it: not with the state's codec. */
  decodeStored(bytes: Uint8Array): Row {
    if (bytes[0] >= GONE) return this.decodeGone(bytes)
    const packed = this.rows.decode(bytes.subarray(this.headerBytes))
    if (bytes[0] === PLAIN) return {isGone: false, extras: undefined, value: this.form.fromForm(packed)}
    const [key, namespace, form] = packed as [unknown, Namespace | undefined, unknown]
    return {isGone: false, extras: {key, namespace}, value: this.form.fromForm(form)}
  }

  /** That a row is gone. Valid until the next call. */
  encodeGone(extras: RowExtras | undefined): Uint8Array {
    if (extras === undefined) return Uint8Array.of(GONE)
    return Buffer.concat([Uint8Array.of(GONE | WITH_EXTRAS), this.rows.encode([extras.key, extras.namespace])])
  }

  /** When the part of a value was touched that was not for the longest time; of state with a TTL. */
  oldestTouchMs(bytes: Uint8Array): number {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readDoubleLE(1)
  }

  private decodeGone(bytes: Uint8Array): Row {
    if (bytes[0] === GONE) return {isGone: true, extras: undefined, value: undefined}
    const [key, namespace] = this.rows.decode(bytes.subarray(1)) as [unknown, Namespace | undefined]
    return {isGone: true, extras: {key, namespace}, value: undefined}
  }

  private withHeader(packed: Uint8Array, extras: number, value: unknown): Uint8Array {
    const length = this.headerBytes + packed.length
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafe(2 * length)
    const {bytes} = this
    bytes[0] = extras
    if (this.headerBytes > 1) bytes.writeDoubleLE(this.form.oldestTouchMs(value), 1)
    bytes.set(packed, this.headerBytes)
    return bytes.subarray(0, length)
  }
}

interface Form {
  toForm(value: unknown): unknown
  fromForm(form: unknown): unknown
  oldestTouchMs(value: unknown): number
}

function formOf({kind, name, hasTtl}: StateMeta): Form {
  if (kind === 'list') return hasTtl ? EXPIRING_LIST : LIST
  if (kind === 'map') return hasTtl ? expiringMap(name) : map(name)
  return hasTtl ? EXPIRING_SINGLE : SINGLE
}

const untouched = () => 0

const SINGLE: Form = {toForm: (value) => value, fromForm: (form) => form, oldestTouchMs: untouched}

const EXPIRING_SINGLE: Form = {
  toForm: (stored) => {
    const {value, lastAccessMs} = stored as Expiring<unknown>
    return [value, lastAccessMs]
  },
  fromForm: (form) => {
    const [value, lastAccessMs] = form as [unknown, number]
    return {value, lastAccessMs}
  },
  oldestTouchMs: (stored) => (stored as Expiring<unknown>).lastAccessMs,
}

const LIST: Form = {
  toForm: (list) => (list as SharedList<unknown>).peek(),
  fromForm: (form) => new SharedList(form as unknown[]),
  oldestTouchMs: untouched,
}

const EXPIRING_LIST: Form = {
  toForm: (list) => {
    const elements = (list as SharedList<Expiring<unknown>>).peek()
    return [elements.map(({value}) => value), elements.map(({lastAccessMs}) => lastAccessMs)]
  },
  fromForm: (form) => {
    const [values, touched] = form as [unknown[], number[]]
    return new SharedList(values.map((value, i) => ({value, lastAccessMs: touched[i]})))
  },
  oldestTouchMs: (list) => oldest((list as SharedList<Expiring<unknown>>).peek()),
}

function map(stateName: string): Form {
  return {
    toForm: (value) => {
      const form: unknown[] = []
      for (const [key, one] of (value as UserMap<unknown, unknown>).entries()) form.push(key, one)
      return form
    },
    fromForm: (form) => {
      const items = form as unknown[]
      const read = new UserMap<unknown, unknown>(stateName)
      for (let i = 0; i < items.length; i += 2) read.set(items[i], items[i + 1])
      return read
    },
    oldestTouchMs: untouched,
  }
}

function expiringMap(stateName: string): Form {
  return {
    toForm: (value) => {
      const form: unknown[] = []
      for (const [key, one] of (value as UserMap<unknown, Expiring<unknown>>).entries())
        form.push(key, one.value, one.lastAccessMs)
      return form
    },
    fromForm: (form) => {
      const items = form as unknown[]
      const read = new UserMap<unknown, Expiring<unknown>>(stateName)
      for (let i = 0; i < items.length; i += 3)
        read.set(items[i], {value: items[i + 1], lastAccessMs: items[i + 2] as number})
      return read
    },
    oldestTouchMs: (value) => oldest((value as UserMap<unknown, Expiring<unknown>>).allValues()),
  }
}

function oldest(parts: Iterable<Expiring<unknown>>): number {
  let oldestMs = Number.POSITIVE_INFINITY
  for (const {lastAccessMs} of parts) oldestMs = Math.min(oldestMs, lastAccessMs)
  return oldestMs
}

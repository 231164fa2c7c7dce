import {FtsError} from '../core/index.js'
import {PackableValues} from './objects/packable-values.js'
import {newRowPacker, type ValuePacker} from './objects/packed-codec.js'

/**
 * Values as bytes, one by one and in any order, for as long as this object lives: the names of a record's fields are kept here and not in the
 * bytes. What comes back is what the README says of batches.
 *
 * Errors   `user` FTS_NOT_SERIALIZABLE with the path of the field; `what` is whose value it is: `state "carts"`.
 */
export class RowCodec {
  private readonly packer: ValuePacker = newRowPacker()
  private readonly packable: PackableValues

  constructor(private readonly what: string) {
    this.packable = new PackableValues('')
  }

  encode(value: unknown): Uint8Array {
    return this.packer.pack(isPlain(value) ? value : this.prepared(value))
  }

  decode(bytes: Uint8Array): unknown {
    return this.packer.unpack(bytes)
  }

  private prepared(value: unknown): unknown {
    try {
      return this.packable.prepare([value])[0]
    } catch (error) {
      throw error instanceof FtsError ? notStorable(this.what, error) : error
    }
  }
}

const PLAIN_DATA =
  'Keep plain data in state: strings, numbers, booleans, null, dates, maps, sets, plain objects and arrays of these.'

/** What is packed as it is, without a look inside. */
function isPlain(value: unknown): boolean {
  return typeof value === 'number' ? !Object.is(value, -0) : typeof value === 'boolean' || value === null
}

function notStorable(what: string, error: FtsError): FtsError {
  const path = String(error.details.path ?? '')
  const where = path === '' ? 'a value' : `the field "${path}" of a value`
  return new FtsError(
    'user',
    'FTS_NOT_SERIALIZABLE',
    `${what}: ${where} is ${error.message.replace(/^.*? is /, '').replace(/, which cannot.*$/, '')}, which cannot be stored`,
    {path},
    {
      cause: error,
      tryThis: error.tryThis?.includes('registerType') === true ? error.tryThis : PLAIN_DATA,
    },
  )
}

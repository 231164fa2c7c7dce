import {join} from 'node:path'
import type {Random} from '../../../platform/index.js'
import type {PartFile} from './part-file.js'

export interface PartNaming {
  /** Default `part`. */
  readonly prefix: string
  /** Default empty; e.g. `.csv`. */
  readonly suffix: string
}

export interface PartPaths {
  readonly path: string
  readonly inProgressPath: string
}

/** One folder of a file sink, as one subtask writes it: the part in progress and the names of those to come. */
export class Bucket {
  part: PartFile | undefined
  private counter = 0
  private readonly writerId: string

  constructor(
    private readonly folder: string,
    private readonly naming: PartNaming,
    private readonly random: Random,
  ) {
    this.writerId = uuid(random)
  }

  /** Flink's names: `part-<id of this writer>-<counter>`, and until it is done `.<name>.inprogress.<another id>`. */
  nextPaths(): PartPaths {
    const {prefix, suffix} = this.naming
    const name = `${prefix}-${this.writerId}-${this.counter++}${suffix}`
    return {
      path: join(this.folder, name),
      inProgressPath: join(this.folder, `.${name}.inprogress.${uuid(this.random)}`),
    }
  }
}

/** In the form of a random UUID (version 4). */
function uuid(random: Random): string {
  const digits = random.hex(16)
  const variant = '89ab'[Number.parseInt(digits[16], 16) % 4]
  const [a, b, c, d] = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    variant + digits.slice(17, 20),
  ]
  return `${a}-${b}-${c}-${d}-${digits.slice(20)}`
}

import {FtsError} from '../../core/index.js'
import {MapOperator} from './map.js'

/**
 * Tuples of some fields of tuples: `project([2, 0])` makes `[c, a]` of `[a, b, c]`.
 *
 * Errors   `user` FTS_BAD_PROJECTION for no positions, or what is no position; for a record that is no tuple or too short.
 */
export class ProjectOperator extends MapOperator<readonly unknown[], unknown[]> {
  constructor(positions: readonly number[]) {
    if (positions.length === 0 || !positions.every((position) => Number.isSafeInteger(position) && position >= 0))
      throw badProjection(`project got ${JSON.stringify(positions)}, expected positions in a tuple: 0, 1, …`)
    const longest = Math.max(...positions)
    super((tuple) => {
      if (!Array.isArray(tuple) || tuple.length <= longest)
        throw badProjection(`project(${positions.join(', ')}) got ${describe(tuple)}`)
      return positions.map((position) => tuple[position])
    })
  }
}

function describe(record: unknown): string {
  return Array.isArray(record) ? `a tuple of ${record.length} fields` : 'a record that is no tuple (array)'
}

function badProjection(message: string): FtsError {
  return new FtsError('user', 'FTS_BAD_PROJECTION', message)
}

import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {Namespace} from '../../state/index.js'
import type {Window} from '../windows/window.js'
import {WindowOperator} from '../windows/window-operator.js'
import type {WindowPlan} from '../windows/window-plan.js'
import type {TaggedUnion} from './tagged-union.js'

type SelectKey = (value: unknown) => unknown

/** A window over the union of two inputs, each with a key selector of its own. Elements are tagged with their input. */
export class CoGroupOperator<W extends Window & Namespace = Window> extends WindowOperator<W> {
  constructor(
    plan: WindowPlan<W>,
    private readonly selectors: readonly [SelectKey, SelectKey],
  ) {
    super(plan, 2)
  }

  protected override processRows({values, timestamps, rowCount}: ObjectBatch, inputIndex: number): number {
    const {state, out} = this
    const selectKey = this.selectors[inputIndex]
    const input = inputIndex === 0 ? 'first' : 'second'
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row]
      state.setCurrentKey(selectKey(value))
      const tagged = {input, value} as TaggedUnion<unknown, unknown>
      this.processElement(tagged, timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row])
      row++
    }
    return row
  }
}

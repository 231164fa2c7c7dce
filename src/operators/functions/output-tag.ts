import {FtsError} from '../../core/index.js'

/**
 * Names a side output and its type: `const late = new OutputTag<Event>('late')`. Two tags of one id are the same side output.
 *
 * Errors   `user` FTS_BAD_OUTPUT_TAG for an empty id.
 */
export class OutputTag<T> {
  /** Types only. */
  declare readonly content?: T

  constructor(readonly id: string) {
    if (typeof id === 'string' && id !== '') return
    throw new FtsError(
      'user',
      'FTS_BAD_OUTPUT_TAG',
      `an output tag needs an id: a text that is not empty, unlike ${JSON.stringify(id) ?? String(id)}`,
      {id: String(id)},
      {tryThis: "For example: new OutputTag<Event>('late')."},
    )
  }
}

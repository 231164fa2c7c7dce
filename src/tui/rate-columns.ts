import type {ExecutionState} from '../core/index.js'
import {formatBytesShort, formatCountShort, type RatesView} from '../metrics/index.js'
import {timeBar} from './bars.js'
import {type Span, type Style, span} from './line.js'
import type {Column} from './table.js'

const STATE_STYLES: Partial<Record<ExecutionState, Style>> = {
  RUNNING: 'green',
  FINISHED: 'dim',
  FAILED: 'red',
  CANCELED: 'yellow',
  CANCELING: 'yellow',
}

export function stateSpan(state: ExecutionState): Span {
  return span(state, STATE_STYLES[state])
}

const BAR_WIDTH = 20

/** The columns that a vertex, a subtask and a task in a slot have in common: what flows, and how the time is spent. */
export function rateColumns<Row extends {readonly rates: RatesView}>(): Column<Row>[] {
  const figure = (
    title: string,
    width: number,
    dropOrder: number,
    text: (rates: RatesView) => string,
  ): Column<Row> => ({title, width, dropOrder, align: 'right', cell: ({rates}) => text(rates)})
  return [
    figure('in/s', 5, 2, (rates) => formatCountShort(rates.recordsInPerSecond)),
    figure('B/s', 5, 4, (rates) => formatBytesShort(rates.bytesInPerSecond)),
    figure('out/s', 5, 3, (rates) => formatCountShort(rates.recordsOutPerSecond)),
    figure('B/s', 5, 5, (rates) => formatBytesShort(rates.bytesOutPerSecond)),
    figure('busy', 4, 0, (rates) => percent(rates.busyShare)),
    figure('idle', 4, 6, (rates) => percent(rates.idleShare)),
    figure('bpr', 4, 1, (rates) => percent(rates.backPressuredShare)),
    {title: 'time', width: BAR_WIDTH, dropOrder: 7, cell: ({rates}) => timeBar(rates, BAR_WIDTH)},
  ]
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}

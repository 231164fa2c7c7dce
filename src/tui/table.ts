import {type Line, padTo, type Span, type Style, span} from './line.js'

export interface Column<Row> {
  readonly title: string
  /** Columns of the terminal; the one column without takes what is left. */
  readonly width?: number
  readonly align?: 'left' | 'right'
  /** When the width is short, the highest number goes first; absent: stays. */
  readonly dropOrder?: number
  cell(row: Row): string | Span
}

/** The column without a width never gets less than this. */
const FLEX_WIDTH_MIN = 20

export interface TableLayout<Row> {
  readonly titles: Line
  lineOf(row: Row): Line
}

/** Lays a table out in `width`, one blank between columns, leaving out columns that do not fit. */
export function layTable<Row>(columns: readonly Column<Row>[], width: number): TableLayout<Row> {
  const shown = fitting(columns, width)
  const flexWidth = Math.max(1, width - fixedWidth(shown))
  const cells = (textOf: (column: Column<Row>) => string | Span, style?: Style): Line =>
    shown.flatMap((column, i) => {
      const cell = textOf(column)
      const {text, style: own} = typeof cell === 'string' ? span(cell, style) : cell
      const fitted = span(padTo(text, column.width ?? flexWidth, column.align), own)
      return i === 0 ? [fitted] : [span(' '), fitted]
    })
  return {titles: cells(({title}) => title, 'dim'), lineOf: (row) => cells((column) => column.cell(row))}
}

function fitting<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  let shown = columns
  while (fixedWidth(shown) + FLEX_WIDTH_MIN > width) {
    const droppable = shown.filter((column) => column.dropOrder !== undefined)
    if (droppable.length === 0) return shown
    const first = droppable.reduce((a, b) => (b.dropOrder! > a.dropOrder! ? b : a))
    shown = shown.filter((column) => column !== first)
  }
  return shown
}

function fixedWidth(columns: readonly Column<never>[]): number {
  return columns.reduce((sum, {width = 0}) => sum + width, 0) + columns.length - 1
}

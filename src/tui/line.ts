export type Style = 'bold' | 'dim' | 'inverse' | 'red' | 'green' | 'yellow' | 'cyan'

/** A run of text in one style. */
export interface Span {
  readonly text: string
  readonly style?: Style
}

/** One line of the screen. */
export type Line = readonly Span[]

export const BLANK: Line = []

/** SGR codes to switch each style on and off. */
const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

export function span(text: string, style?: Style): Span {
  return style === undefined ? {text} : {text, style}
}

/** The line as text; `colour` false keeps bold, dim and inverse, which are not colours. */
export function paint(line: Line, colour: boolean): string {
  return line.map(({text, style}) => painted(printable(text), style, colour)).join('')
}

function painted(text: string, style: Style | undefined, colour: boolean): string {
  if (style === undefined) return text
  const [on, off] = CODES[style]
  return on >= 30 && !colour ? text : `\u001B[${on}m${text}\u001B[${off}m`
}

/** The whole line in one style. */
export function restyle(line: Line, style: Style): Line {
  return [span(line.map(({text}) => text).join(''), style)]
}

export function lengthOf(line: Line): number {
  return line.reduce((sum, {text}) => sum + [...text].length, 0)
}

/** The spans as far as they fit into `width`; what does not fit is cut with `…`. */
export function clip(line: Line, width: number): Line {
  if (lengthOf(line) <= width) return line
  const kept: Span[] = []
  let left = width
  for (const {text, style} of line) {
    const length = [...text].length
    kept.push(span(length > left ? padTo(text, left) : text, style))
    left -= length
    if (left < 0) break
  }
  return kept
}

/** The text on at most `lineCount` lines, broken between words. */
export function wrapWords(text: string, width: number, lineCount: number): readonly string[] {
  const lines = ['']
  // A percent sign stays with its number.
  for (const word of text.split(/ (?!%)/)) {
    const last = lines[lines.length - 1]
    const isFull = last !== '' && last.length + 1 + word.length > width
    if (isFull && lines.length < lineCount) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

/** Left and right text on one line of this width; the left one gives way. */
export function justify(left: Line, right: Line, width: number): Line {
  const shown = clip(left, Math.max(0, width - lengthOf(right) - 1))
  const gap = Math.max(0, width - lengthOf(shown) - lengthOf(right))
  return clip([...shown, span(' '.repeat(gap)), ...right], width)
}

/** Text in exactly `width` columns, cut with `…`. */
export function padTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const points = [...text]
  if (points.length > width) return width < 1 ? '' : `${points.slice(0, width - 1).join('')}…`
  const padding = ' '.repeat(width - points.length)
  return align === 'left' ? points.join('') + padding : padding + points.join('')
}

/** Names come from users and files: an escape sequence in one must not act. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F]/g, '\uFFFD')
}

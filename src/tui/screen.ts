import {Box, type Key, Text, useInput} from 'ink'
import {createElement, type ReactElement, useState} from 'react'
import type {JobView} from '../metrics/index.js'
import {frameLines} from './frame-lines.js'
import {paint} from './line.js'
import {FIRST_STATE, pressKey, type ScreenKey} from './screen-state.js'

export interface ScreenProps {
  readonly view: JobView
  readonly columns: number
  readonly rows: number
  readonly colour: boolean
  /** False: nobody can press a key. */
  readonly hasKeys: boolean
  onQuit(): void
}

/** The screen as an Ink component. One row of the terminal stays free: a frame of the full height would scroll. */
export function Screen({view, columns, rows, colour, hasKeys, onQuit}: ScreenProps): ReactElement {
  const [state, setState] = useState(FIRST_STATE)
  useInput(
    (input, key) => {
      for (const pressed of keysOf(input, key)) {
        if (pressed === 'quit') onQuit()
        else setState((before) => pressKey(before, pressed, view))
      }
    },
    {isActive: hasKeys},
  )
  const height = Math.max(1, rows - 1)
  const lines = frameLines(view, state, {width: columns, height})
  // An empty Text has no height in Ink.
  const texts = lines.map((line) => createElement(Text, {wrap: 'truncate'}, paint(line, colour) || ' '))
  return createElement(Box, {flexDirection: 'column', width: columns, height, flexShrink: 0}, ...texts)
}

const LETTERS: Readonly<Record<string, ScreenKey | 'quit'>> = {
  j: 'down',
  k: 'up',
  q: 'quit',
  '?': 'help',
  '1': '1',
  '2': '2',
  '3': '3',
  '\r': 'enter',
  '\t': 'tab',
  '\u0003': 'quit',
}

/** Keys pressed quickly arrive as one string. */
function keysOf(input: string, key: Key): readonly (ScreenKey | 'quit')[] {
  if (key.ctrl) return input === 'c' ? ['quit'] : []
  if (key.upArrow) return ['up']
  if (key.downArrow) return ['down']
  if (key.return) return ['enter']
  if (key.escape) return ['escape']
  if (key.tab) return ['tab']
  return [...input].flatMap((letter) => LETTERS[letter] ?? [])
}

import type {JobView} from '../metrics/index.js'
import {slotList} from './slot-list.js'

export type ScreenTab = 'graph' | 'taskManagers' | 'slot'

export const TABS: readonly ScreenTab[] = ['graph', 'taskManagers', 'slot']

/** What the person at the screen has chosen. */
export interface ScreenState {
  readonly tab: ScreenTab
  readonly isHelpShown: boolean
  readonly vertexIndex: number
  /** Index into `slotList`. */
  readonly slotIndex: number
}

export const FIRST_STATE: ScreenState = {tab: 'graph', isHelpShown: false, vertexIndex: 0, slotIndex: 0}

export type ScreenKey = 'up' | 'down' | 'enter' | 'escape' | 'tab' | 'help' | '1' | '2' | '3'

/** What a key does; selections stay within what there is now. */
export function pressKey(state: ScreenState, key: ScreenKey, view: JobView): ScreenState {
  if (key === 'help') return {...state, isHelpShown: !state.isHelpShown}
  if (state.isHelpShown && key === 'escape') return {...state, isHelpShown: false}
  return inView(move({...state, isHelpShown: false}, key), view)
}

function move(state: ScreenState, key: Exclude<ScreenKey, 'help'>): ScreenState {
  switch (key) {
    case 'up':
      return select(state, -1)
    case 'down':
      return select(state, 1)
    case 'enter':
      return {...state, tab: state.tab === 'graph' ? 'taskManagers' : 'slot'}
    case 'escape':
      return {...state, tab: state.tab === 'slot' ? 'taskManagers' : 'graph'}
    case 'tab':
      return {...state, tab: TABS[(TABS.indexOf(state.tab) + 1) % TABS.length]}
    default:
      return {...state, tab: TABS[Number(key) - 1]}
  }
}

function select(state: ScreenState, by: number): ScreenState {
  if (state.tab === 'graph') return {...state, vertexIndex: state.vertexIndex + by}
  return {...state, slotIndex: state.slotIndex + by}
}

function inView(state: ScreenState, view: JobView): ScreenState {
  return {
    ...state,
    vertexIndex: clamp(state.vertexIndex, view.vertices.length),
    slotIndex: clamp(state.slotIndex, slotList(view).length),
  }
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1))
}

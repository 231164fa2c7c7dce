import {assert} from './assert.js'

/** A table of moves: each state with the states it may go to. */
export type Moves<State extends string> = Readonly<Record<State, readonly State[]>>

/** Whether the table allows the move. */
export function canMove<State extends string>(moves: Moves<State>, from: State, to: State): boolean {
  return moves[from].includes(to)
}

/** Checks a move against its table and returns the new state; a forbidden move is an `invariant` error. */
export function move<State extends string>(moves: Moves<State>, what: string, from: State, to: State): State {
  assert(canMove(moves, from, to), `${what} may go from ${from} to ${to}`, {from, to})
  return to
}

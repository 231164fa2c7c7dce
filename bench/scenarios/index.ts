import type {Scenario} from '../scenario.js'
import {distinctWords} from './distinct.js'
import {coldStart, flinkScenario} from './flink.js'
import {memoryScenario} from './memory.js'
import {sameAnswer} from './same-answer.js'
import {shuffle} from './shuffle.js'
import {streaming} from './streaming.js'
import {tiny} from './tiny.js'
import {wordCountScenario} from './word-count.js'

/** All scenarios, in the order in which they are run. The numbers are the bars that the product is held to. */
export const SCENARIOS: readonly Scenario[] = [
  tiny,
  coldStart,
  sameAnswer,
  wordCountScenario(100, [
    {peer: 'duckdb', ratioMax: 0.75},
    {peer: 'mawk', ratioMax: 0.17},
    {peer: 'naive-node', ratioMax: 0.13},
    {peer: 'wc'},
    {peer: 'sort-uniq'},
  ]),
  wordCountScenario(
    1000,
    [
      {peer: 'duckdb', ratioMax: 0.5},
      {peer: 'wc', ratioMax: 1},
      {peer: 'mawk', isSlow: true},
      {peer: 'naive-node', isSlow: true},
    ],
    1.7,
  ),
  streaming,
  shuffle,
  memoryScenario(1),
  memoryScenario(4),
  distinctWords,
  flinkScenario(100),
  flinkScenario(1000, {dataStream: 50, sql: 10}),
]

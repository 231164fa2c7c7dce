import type {Scenario} from '../scenario.js'
import {checkpointsScenario} from './checkpoints.js'
import {csvGroupFlink} from './csv-group-flink.js'
import {distinctWords} from './distinct.js'
import {coldStart, flinkScenario} from './flink.js'
import {lambdaWordCount} from './lambda-word-count.js'
import {memoryScenario} from './memory.js'
import {recordsScenario} from './records.js'
import {recovery} from './recovery.js'
import {sameAnswer} from './same-answer.js'
import {shuffle} from './shuffle.js'
import {stateBackends} from './state-backends.js'
import {streaming} from './streaming.js'
import {takeover} from './takeover.js'
import {tiny} from './tiny.js'
import {windows} from './windows.js'
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
  recordsScenario({
    title: 'CSV by category: count, sum, mean',
    task: 'csv-group',
    records: 10_000_000,
    input: (context, records) => context.inputs.orders(records),
    bars: [{peer: 'duckdb', ratioMax: 0.8}, {peer: 'polars', ratioMax: 0.9}, {peer: 'miller'}],
    columns: 4,
  }),
  csvGroupFlink,
  recordsScenario({
    title: 'CSV to JSON lines',
    task: 'csv-to-json',
    records: 2_000_000,
    input: (context, records) => context.inputs.orders(records),
    bars: [{peer: 'duckdb', ratioMax: 0.6}, {peer: 'miller', ratioMax: 0.25}, {peer: 'polars'}],
  }),
  recordsScenario({
    title: 'JSON lines: errors by service',
    task: 'jsonl-group',
    records: 2_000_000,
    input: (context, records) => context.inputs.log(records),
    bars: [{peer: 'duckdb', ratioMax: 0.9}, {peer: 'jq', ratioMax: 0.1}, {peer: 'polars'}, {peer: 'miller'}],
    columns: 3,
  }),
  windows,
  lambdaWordCount,
  checkpointsScenario('zipf'),
  checkpointsScenario('uniform'),
  recovery,
  takeover,
  stateBackends,
  memoryScenario(1),
  memoryScenario(4),
  distinctWords,
  flinkScenario(100),
  flinkScenario(1000, {dataStream: 50, sql: 10}),
]

import {type JobVertexSpec, slotsRequired} from '../src/graph/index.js'
import {formatBytes} from '../src/metrics/index.js'
import type {DescribedOperator, JobDescription} from './job-description.js'

/** A job for a person to read, with a final newline. */
export function jobDescriptionText(job: JobDescription): string {
  const {graph} = job
  const widest = Math.max(...job.operators.map(({node}) => node.operator.name.length))
  return [
    `${graph.name} · ${graph.mode} · ${count(graph.vertices.length, 'chain')}, ${count(job.operators.length, 'operator')}`,
    ...graph.vertices.flatMap((vertex, index) => chainLines(job, {vertex, number: index + 1, widest})),
    '',
    `slots     ${slotsText(job)}`,
    ...memoryLines(job),
    ...job.sinks.map(({name, guarantee}, index) => `${index === 0 ? 'sinks ' : '      '}    ${name}: ${guarantee}`),
    ...job.warnings.map((warning) => `warning   ${warning}`),
    '',
  ].join('\n')
}

interface Chain {
  readonly vertex: JobVertexSpec
  readonly number: number
  readonly widest: number
}

function chainLines({graph, operators}: JobDescription, {vertex, number, widest}: Chain): string[] {
  const group = vertex.slotSharingGroup === 'default' ? '' : `, slot group ${vertex.slotSharingGroup}`
  const own = operators.filter(({node}) => node.vertex === vertex)
  const numberOf = (vertexId: string) => graph.vertices.findIndex((one) => one.vertexId === vertexId) + 1
  const outputs = graph.edges
    .filter(({source}) => source === vertex.vertexId)
    .map(({target, partitioner}) => `   └─ ${partitioner.kind} ─▶ chain ${numberOf(target)}`)
  return [
    '',
    `chain ${number} × ${vertex.parallelism}${group}${inputOf(vertex)}`,
    ...own.map((one) => `   ${one.node.operator.name.padEnd(widest)}   ${worksOnText(one)}`),
    ...outputs,
  ]
}

function worksOnText({worksOn}: DescribedOperator): string {
  if (worksOn === 'comparisons') return 'comparisons read from the function, on bytes'
  return worksOn === 'user functions' ? worksOn : `built in, on ${worksOn}`
}

function inputOf({input}: JobVertexSpec): string {
  switch (input?.kind) {
    case 'files':
      return `, reads ${count(input.files.length, 'file')} (${formatBytes(input.files.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0))})`
    case 'stdin':
      return ', reads standard input'
    case 'socket':
      return `, ${input.listens === true ? 'listens on' : 'reads'} ${input.host}:${input.port}`
    case 'program':
      return `, reads ${count(input.splits.length, 'split')}`
    default:
      return ''
  }
}

function slotsText({graph}: JobDescription): string {
  const {total, groups} = slotsRequired(graph)
  const parts = groups.map(({name, slots}) => `${slots} of group ${name}`)
  return groups.length === 1 ? `${total}, the highest parallelism` : `${total}: ${parts.join(', ')}`
}

function memoryLines({memory, numTaskManagers, networkSegments, slotsPerTaskManager}: JobDescription): string[] {
  const {totalBytes, frameworkHeapBytes, managedBytes, networkBytes, taskHeapBytes, perSlot} = memory
  const parts = [
    `task heap ${formatBytes(taskHeapBytes)}`,
    `managed ${formatBytes(managedBytes)}`,
    `network ${formatBytes(networkBytes)}`,
    `framework ${formatBytes(frameworkHeapBytes)}`,
  ]
  return [
    `memory    at most ${formatBytes(totalBytes)} in each of ${count(numTaskManagers, 'TaskManager')} with ${count(slotsPerTaskManager, 'slot')}: ${parts.join(', ')}`,
    `          ${networkSegments} of ${perSlot.networkSegments} network segments needed in the fullest slot`,
  ]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

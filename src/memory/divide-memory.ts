import {type Configuration, OPTIONS} from '../config/index.js'
import {FtsError} from '../core/index.js'
import {machineMemoryBytes} from './machine-memory.js'

const MIB = 1024 * 1024

/** What a job of up to four slots gets where the machine has four times as much; for more slots there is more. */
const DERIVED_BYTES = 512 * MIB
const DERIVED_BYTES_PER_FURTHER_SLOT = 64 * MIB
const DERIVED_SHARE_OF_MACHINE = 0.25
/** Below this no division makes sense; the least that is derived, however small the machine. */
const DERIVED_BYTES_MIN = 192 * MIB

/** A slot's thread does not start with less heap. */
const TASK_HEAP_BYTES_PER_SLOT_MIN = 8 * MIB
/** A gate and a partition with one channel each, and some to lend. */
const SEGMENTS_PER_SLOT_MIN = 16

/** A slot's part of the budget. Managed and network memory are its own; the task heap is shared by all slots, as in Flink. */
export interface SlotMemory {
  readonly managedBytes: number
  readonly networkSegments: number
  readonly segmentBytes: number
}

/** The budget of one TaskManager by component, and each slot's share. */
export interface MemoryDivision {
  readonly totalBytes: number
  readonly frameworkHeapBytes: number
  readonly taskHeapBytes: number
  readonly managedBytes: number
  readonly networkBytes: number
  readonly slots: number
  readonly perSlot: SlotMemory
}

/**
 * Divides a TaskManager's budget as Flink does when `taskmanager.memory.flink.size` is given: managed and network memory by
 * fraction (network within its limits), the framework's heap as it is, the rest is the tasks' heap.
 *
 * Units    bytes; slot shares are whole pages and segments.
 * Errors   `user` `FTS_MEMORY_TOO_SMALL` with the sum, when a slot would get too little.
 * Source   Flink 2.3 TaskExecutorFlinkMemoryUtils, TaskExecutorResourceUtils (a slot gets each component ÷ slots).
 */
export function divideMemory(
  config: Configuration,
  of: {readonly slots: number; readonly totalBytes?: number},
): MemoryDivision {
  const {slots} = of
  const totalBytes = of.totalBytes ?? taskManagerBudgetBytes(config, slots)
  const segmentBytes = config.get(OPTIONS.segmentSize)
  const frameworkHeapBytes = config.get(OPTIONS.frameworkHeap)
  const managedBytes = Math.floor(totalBytes * config.get(OPTIONS.managedFraction))
  const networkBytes = clamp(Math.floor(totalBytes * config.get(OPTIONS.networkFraction)), {
    min: config.get(OPTIONS.networkMin),
    max: config.get(OPTIONS.networkMax),
  })
  const taskHeapBytes = totalBytes - frameworkHeapBytes - managedBytes - networkBytes
  const division: MemoryDivision = {
    totalBytes,
    frameworkHeapBytes,
    taskHeapBytes,
    managedBytes,
    networkBytes,
    slots,
    perSlot: {
      managedBytes: wholePages(managedBytes / slots, segmentBytes) * segmentBytes,
      networkSegments: wholePages(networkBytes / slots, segmentBytes),
      segmentBytes,
    },
  }
  check(division, config)
  return division
}

/**
 * The configured budget of one TaskManager; where there is none, a quarter of the machine's (or control group's) memory shared
 * by all TaskManagers, at most 512 MiB and 64 MiB more for each slot after the fourth, at least 192 MiB for each.
 */
export function taskManagerBudgetBytes(
  config: Configuration,
  slots: number,
  machineBytes: () => number = machineMemoryBytes,
): number {
  const configured = config.get(OPTIONS.taskManagerMemory)
  if (configured > 0) return configured
  const taskManagers = config.get(OPTIONS.numTaskManagers)
  const wanted = DERIVED_BYTES + DERIVED_BYTES_PER_FURTHER_SLOT * Math.max(0, slots * taskManagers - 4)
  const allowed = Math.min(wanted, machineBytes() * DERIVED_SHARE_OF_MACHINE) / taskManagers
  return Math.max(Math.floor(allowed), leastDerived(slots))
}

/** A derived budget is never refused for its own size: it grows with the slots whatever the machine says. */
function leastDerived(slots: number): number {
  return DERIVED_BYTES_MIN + Math.max(0, slots - 4) * TASK_HEAP_BYTES_PER_SLOT_MIN * 3
}

function check(division: MemoryDivision, config: Configuration): void {
  const {slots, taskHeapBytes, perSlot} = division
  const heapMin = TASK_HEAP_BYTES_PER_SLOT_MIN * slots
  if (taskHeapBytes < heapMin)
    throw tooSmall(division, `leaves ${mib(taskHeapBytes)} for the tasks' heap, ${slots} slots need ${mib(heapMin)}`)
  const {networkSegments, segmentBytes} = perSlot
  if (networkSegments < SEGMENTS_PER_SLOT_MIN)
    throw tooSmall(
      division,
      `gives each of ${slots} slots ${networkSegments} network segments of ${segmentBytes} bytes, it needs ${SEGMENTS_PER_SLOT_MIN}`,
      'Raise taskmanager.memory.flink.size or taskmanager.memory.network.max, or use fewer slots.',
    )
  if (perSlot.managedBytes === 0 && config.get(OPTIONS.managedFraction) > 0)
    throw tooSmall(division, `gives ${slots} slots less than one page of managed memory (${segmentBytes} bytes) each`)
}

function tooSmall(
  division: MemoryDivision,
  why: string,
  tryThis = 'Raise taskmanager.memory.flink.size, or use fewer slots.',
): FtsError {
  const {totalBytes, frameworkHeapBytes, managedBytes, networkBytes, taskHeapBytes, slots} = division
  const sum = `${mib(totalBytes)} - ${mib(frameworkHeapBytes)} framework - ${mib(managedBytes)} managed - ${mib(networkBytes)} network`
  return new FtsError(
    'user',
    'FTS_MEMORY_TOO_SMALL',
    `the TaskManager's memory is too small: ${sum} ${why}`,
    {totalBytes, frameworkHeapBytes, managedBytes, networkBytes, taskHeapBytes, slots},
    {tryThis},
  )
}

function wholePages(bytes: number, pageBytes: number): number {
  return Math.floor(bytes / pageBytes)
}

function clamp(value: number, limits: {readonly min: number; readonly max: number}): number {
  return Math.min(Math.max(value, limits.min), limits.max)
}

function mib(bytes: number): string {
  return `${Math.round((bytes / MIB) * 10) / 10} MiB`
}

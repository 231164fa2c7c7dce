// Goal: the budget is divided as Flink divides it; a budget that cannot work is refused with its sum.
// Method: whole divisions against figures worked out by hand from Flink's formulas.
import {describe, expect, it} from 'vitest'
import {Configuration} from '../../../src/config/index.js'
import {divideMemory, machineMemoryBytes, taskManagerBudgetBytes} from '../../../src/memory/index.js'

const MIB = 1024 * 1024
const GIB = 1024 * MIB

describe('divideMemory', () => {
  it("divides Flink's worked example with Flink's settings", () => {
    const config = Configuration.fromEntries({
      'taskmanager.memory.flink.size': '1280m',
      'taskmanager.memory.framework.heap.size': '256m',
      'taskmanager.memory.network.min': '64m',
    })
    expect(divideMemory(config, {slots: 1})).toEqual({
      totalBytes: 1280 * MIB,
      frameworkHeapBytes: 256 * MIB,
      taskHeapBytes: 384 * MIB,
      managedBytes: 512 * MIB,
      networkBytes: 128 * MIB,
      slots: 1,
      perSlot: {managedBytes: 512 * MIB, networkSegments: 4096, segmentBytes: 32 * 1024},
    })
  })

  it('gives each slot whole pages and segments of its share', () => {
    const division = divideMemory(Configuration.defaults, {slots: 3, totalBytes: 512 * MIB})
    expect(division.perSlot).toEqual({managedBytes: 2184 * 32 * 1024, networkSegments: 546, segmentBytes: 32 * 1024})
  })

  it('keeps network memory within its limits', () => {
    const network = (totalBytes: number) => divideMemory(Configuration.defaults, {slots: 1, totalBytes}).networkBytes
    expect([network(150 * MIB), network(GIB), network(8 * GIB)]).toEqual([16 * MIB, Math.floor(GIB / 10), 256 * MIB])
  })

  it('refuses a budget without heap for the slots, with the sum and the option', () => {
    expect(() => divideMemory(Configuration.defaults, {slots: 2, totalBytes: 100 * MIB})).toThrow(
      expect.objectContaining({
        kind: 'user',
        code: 'FTS_MEMORY_TOO_SMALL',
        message:
          "the TaskManager's memory is too small: 100 MiB - 64 MiB framework - 40 MiB managed - 16 MiB network leaves -20 MiB for the tasks' heap, 2 slots need 16 MiB",
        tryThis: expect.stringContaining('taskmanager.memory.flink.size'),
      }),
    )
  })

  it('refuses too few segments and too few pages for each slot', () => {
    const few = Configuration.fromEntries({'taskmanager.memory.segment-size': '2m'})
    expect(() => divideMemory(few, {slots: 4, totalBytes: 512 * MIB})).toThrow(/each of 4 slots 6 network segments/)
    const little = Configuration.fromEntries({'taskmanager.memory.managed.fraction': '0.0001'})
    expect(() => divideMemory(little, {slots: 4, totalBytes: 512 * MIB})).toThrow(
      /less than one page of managed memory/,
    )
  })

  it('allows no managed memory at all', () => {
    const none = Configuration.fromEntries({'taskmanager.memory.managed.fraction': '0'})
    expect(divideMemory(none, {slots: 2, totalBytes: 512 * MIB}).perSlot.managedBytes).toBe(0)
  })
})

describe('taskManagerBudgetBytes', () => {
  const derived = (of: {machine: number; slots: number; taskManagers?: number}) =>
    taskManagerBudgetBytes(
      Configuration.fromEntries({'taskmanager.number': String(of.taskManagers ?? 1)}),
      of.slots,
      () => of.machine,
    ) / MIB

  it('derives a quarter of the machine, with a cap that grows with the slots', () => {
    expect(derived({machine: 24 * GIB, slots: 2})).toBe(512)
    expect(derived({machine: 1 * GIB, slots: 2})).toBe(256)
    expect(derived({machine: 64 * GIB, slots: 16})).toBe(512 + 12 * 64)
  })

  it('shares the budget among TaskManagers, with a least for each', () => {
    expect(derived({machine: 24 * GIB, slots: 1, taskManagers: 2})).toBe(256)
    expect(derived({machine: 24 * GIB, slots: 1, taskManagers: 4})).toBe(192)
    expect(derived({machine: 256 * MIB, slots: 1})).toBe(192)
  })

  it('derives no budget that would then be refused, up to where network.max ends it', () => {
    for (let slots = 1; slots <= 512; slots++) {
      const totalBytes = taskManagerBudgetBytes(Configuration.defaults, slots, () => 512 * MIB)
      expect(divideMemory(Configuration.defaults, {slots, totalBytes}).slots).toBe(slots)
    }
  })

  it('takes what is configured as it is', () => {
    const config = Configuration.fromEntries({'taskmanager.memory.flink.size': '300m', 'taskmanager.number': '8'})
    expect(taskManagerBudgetBytes(config, 4)).toBe(300 * MIB)
  })
})

describe('machineMemoryBytes', () => {
  const withFiles = (files: Readonly<Record<string, string>>) => machineMemoryBytes((file) => files[file], 16 * GIB)

  it("takes the machine's memory where no limit is set", () => {
    expect(withFiles({})).toBe(16 * GIB)
    expect(withFiles({'/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': 'max\n'})).toBe(16 * GIB)
    expect(withFiles({'/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n'})).toBe(16 * GIB)
  })

  it('takes the least limit on the way to the root, version 2', () => {
    const limit = withFiles({
      '/proc/self/cgroup': '0::/user/app\n',
      '/sys/fs/cgroup/user/app/memory.max': `${4 * GIB}\n`,
      '/sys/fs/cgroup/user/memory.max': `${2 * GIB}\n`,
    })
    expect(limit).toBe(2 * GIB)
  })

  it('takes the limit of version 1, also beside other controllers', () => {
    const limit = withFiles({
      '/proc/self/cgroup': '5:cpu,cpuacct:/x\n4:hugetlb,memory:/docker/abc\n0::/\n',
      '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': `${GIB}\n`,
    })
    expect(limit).toBe(GIB)
  })
})

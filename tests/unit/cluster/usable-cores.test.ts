// Goal: a CPU quota of a container is respected, whichever version of control groups sets it.
// Method: the files of /proc and /sys as a table.
import {availableParallelism} from 'node:os'
import {expect, it} from 'vitest'
import {usableCores} from '../../../src/cluster/usable-cores.js'

const cores = (files: Record<string, string>) => usableCores((file) => files[file])

it.each([
  ['no control group', {}, availableParallelism()],
  ['no quota', {'/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n'}, availableParallelism()],
  ['one core', {'/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '100000 100000\n'}, 1],
  ['a part of a core', {'/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '20000 100000\n'}, 1],
  [
    "a parent's quota",
    {
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/a/cpu.max': '100000 100000\n',
    },
    1,
  ],
  [
    'version 1',
    {'/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n'},
    1,
  ],
  [
    'version 1, no quota',
    {'/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n'},
    availableParallelism(),
  ],
])('%s', (_, files, expected) => {
  expect(cores(files as Record<string, string>)).toBe(expected)
})

it('more quota than cores gives the cores', () => {
  expect(cores({'/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '99999900000 100000\n'})).toBe(
    availableParallelism(),
  )
})

/*
 * Loaded into every process and thread of a command by `node --import`, see allocations.ts: adds up what is allocated in the JavaScript heap and writes the
 * sum, now and then, to a file of the thread's own in $BENCH_ALLOCATIONS.
 *
 * Between two collections the heap grows by what is allocated; buffers outside of the heap are not counted.
 */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {GCProfiler, getHeapStatistics} from 'node:v8'
import {threadId} from 'node:worker_threads'

const WRITE_EVERY_MS = 20

const folder = process.env.BENCH_ALLOCATIONS
if (folder !== undefined) watch(join(folder, `${threadId === 0 ? 'main' : 'thread'}-${process.pid}-${threadId}`))

function watch(path: string): void {
  let profiler = started()
  let usedBytes = getHeapStatistics().used_heap_size
  let allocatedBytes = 0
  const look = () => {
    for (const {beforeGC, afterGC} of profiler.stop().statistics) {
      allocatedBytes += Math.max(0, beforeGC.heapStatistics.usedHeapSize - usedBytes)
      usedBytes = afterGC.heapStatistics.usedHeapSize
    }
    profiler = started()
    writeFileSync(path, String(allocatedBytes + Math.max(0, getHeapStatistics().used_heap_size - usedBytes)))
  }
  setInterval(look, WRITE_EVERY_MS).unref()
}

function started(): GCProfiler {
  const profiler = new GCProfiler()
  profiler.start()
  return profiler
}

import {resolve} from 'node:path'
import {pathToFileURL} from 'node:url'
import {FtsError} from '../core/index.js'
import type {MemoryManager, MemoryManagerFactory, MemoryManagerOptions} from './memory-manager.js'
import {PooledMemoryManager} from './pooled-memory-manager.js'
import {SimpleMemoryManager} from './simple-memory-manager.js'

/** Every member of the interface, to check a user's object; the compiler asks for the line of a new one. */
const MEMBERS: Readonly<Record<keyof MemoryManager, 'number' | 'function'>> = {
  pageSizeBytes: 'number',
  totalBytes: 'number',
  availableBytes: 'number',
  allocatePages: 'function',
  tryAllocatePages: 'function',
  releasePages: 'function',
  reserve: 'function',
  tryReserve: 'function',
  releaseReserved: 'function',
  releaseAll: 'function',
  usage: 'function',
  verifyEmpty: 'function',
}

/**
 * The memory manager that `taskmanager.memory.manager` names: `pooled`, `simple`, or the path of a module (from the working
 * directory) whose default export is a `MemoryManagerFactory`.
 *
 * Errors   `user` `FTS_MEMORY_MANAGER` for a module that cannot be loaded, has no such export, or makes something else.
 */
export async function createMemoryManager(kindOrPath: string, options: MemoryManagerOptions): Promise<MemoryManager> {
  if (kindOrPath === 'pooled') return new PooledMemoryManager(options)
  if (kindOrPath === 'simple') return new SimpleMemoryManager(options)
  const factory = await loadFactory(kindOrPath)
  const manager = callFactory(kindOrPath, factory, options)
  checkMembers(kindOrPath, manager)
  return manager
}

async function loadFactory(path: string): Promise<MemoryManagerFactory> {
  let module: {readonly default?: unknown}
  try {
    module = await import(pathToFileURL(resolve(path)).href)
  } catch (cause) {
    throw wrongModule(path, `cannot be loaded: ${(cause as Error).message}`, cause)
  }
  if (typeof module.default !== 'function') throw wrongModule(path, 'has no function as its default export')
  return module.default as MemoryManagerFactory
}

function callFactory(path: string, factory: MemoryManagerFactory, options: MemoryManagerOptions): MemoryManager {
  try {
    return factory(options)
  } catch (cause) {
    throw wrongModule(path, `threw an error: ${(cause as Error).message}`, cause)
  }
}

function checkMembers(path: string, manager: unknown): void {
  const members = (manager ?? {}) as Readonly<Record<string, unknown>>
  for (const [name, type] of Object.entries(MEMBERS))
    if (typeof members[name] !== type) throw wrongModule(path, `made an object whose "${name}" is not a ${type}`)
}

function wrongModule(path: string, why: string, cause?: unknown): FtsError {
  return new FtsError(
    'user',
    'FTS_MEMORY_MANAGER',
    `taskmanager.memory.manager: the module ${path} ${why}`,
    {path},
    {
      cause,
      tryThis: 'Use pooled, simple, or a module with: export default (options) => a MemoryManager.',
    },
  )
}

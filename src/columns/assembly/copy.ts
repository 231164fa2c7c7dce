/**
 * Copies 16 bytes at a time, so up to 15 bytes behind the target are overwritten. A call of `memory.copy` costs as much as
 * four such steps, and most words need one.
 */
// @ts-ignore: decorator
@inline
export function copyWord(to: usize, from: usize, length: u32): void {
  v128.store(to, v128.load(from))
  if (length > 16) copyRest(to, from, length)
}

function copyRest(to: usize, from: usize, length: u32): void {
  if (length > 128) return memory.copy(to, from, <usize>length)
  for (let i: usize = 16; i < <usize>length; i += 16) v128.store(to + i, v128.load(from + i))
}

// What kernels that read records have in common: where their text is, how many records they took of it, and why they stopped.
//
// Memory  0xa000 the text, INPUT_BYTES and 64 more; then what the kernel itself has

export const INPUT: usize = 0xa000
export const INPUT_BYTES: usize = 0x40000
/** What a kernel keeps for itself begins here. */
export const BEHIND_INPUT: usize = INPUT + INPUT_BYTES + 64

/** Why reading stopped: at the end or an incomplete record, at a record that is not plain, or for want of room for results. */
export const DONE: u32 = 0
export const NOT_PLAIN: u32 = 1
export const FULL: u32 = 2

let status: u32 = DONE
let rows: u32 = 0

export function inputAt(): usize {
  return INPUT
}

export function getStatus(): u32 {
  return status
}

/** Records that the last `read` took. */
export function getRows(): u32 {
  return rows
}

export function startCounting(): void {
  status = DONE
  rows = 0
}

export function stopWith(why: u32): void {
  status = why
}

export function countRow(): void {
  rows++
}

/** How far an input was read at each checkpoint that is not decided yet: what stands before a completed one is not needed any more. */
export class CheckpointedOffsets {
  private readonly offsets = new Map<number, number>()

  add(checkpointId: number, offset: number): void {
    this.offsets.set(checkpointId, offset)
  }

  /** The greatest offset of the checkpoints up to this one. */
  completed(checkpointId: number): number | undefined {
    let greatest: number | undefined
    for (const [id, offset] of this.offsets) {
      if (id > checkpointId) continue
      greatest = Math.max(greatest ?? 0, offset)
      this.offsets.delete(id)
    }
    return greatest
  }

  /** Another input begins. */
  clear(): void {
    this.offsets.clear()
  }
}

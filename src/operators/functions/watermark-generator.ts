/** Where a watermark generator puts what it finds. Only watermarks that grow go on; one that does also ends idleness. */
export interface WatermarkOutput {
  /** No record with a timestamp of this or less will come. */
  emitWatermark(timestampMs: number): void
  /** The stream has nothing to say about time for now: nobody waits for it. */
  markIdle(): void
  markActive(): void
}

/** Finds out how far event time has come. `onPeriodicEmit` is called every `pipeline.auto-watermark-interval`. */
export interface WatermarkGenerator<T> {
  onEvent(event: T, timestampMs: number, output: WatermarkOutput): void
  onPeriodicEmit(output: WatermarkOutput): void
}

/** What a generator may use. */
export interface WatermarkGeneratorContext {
  /** Milliseconds from an arbitrary start; it stands still while the operator could not work for want of room. */
  inputActivityMs(): number
}

export type WatermarkGeneratorSupplier<T> = (context: WatermarkGeneratorContext) => WatermarkGenerator<T>

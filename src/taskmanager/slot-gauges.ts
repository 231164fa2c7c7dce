/** What a slot's thread shows of itself, in an order that is also the place in shared memory. */
const SLOT_GAUGES = ['managedUsedBytes', 'networkBuffersUsed', 'networkBuffersTotal', 'heapUsedBytes'] as const

export type SlotGauge = (typeof SLOT_GAUGES)[number]

export const SLOT_GAUGES_BYTES = SLOT_GAUGES.length * Float64Array.BYTES_PER_ELEMENT

/** A slot's figures in shared memory: its thread sets them now and then, the main thread reads them also while the slot is busy. */
export class SlotGauges {
  private readonly cells: Float64Array

  constructor(memory: SharedArrayBuffer) {
    this.cells = new Float64Array(memory)
  }

  set(gauge: SlotGauge, value: number): void {
    this.cells[SLOT_GAUGES.indexOf(gauge)] = value
  }

  get(gauge: SlotGauge): number {
    return this.cells[SLOT_GAUGES.indexOf(gauge)]
  }
}

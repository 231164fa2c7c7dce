import type {BlockOrigin} from '../../columns/index.js'

/** A split that is being read, and what decodes it. */
export interface SplitReading<Decoder> {
  readonly decoder: Decoder
  readonly input: string
  /** Where in the input the split's first line begins. */
  readonly startByte: number
}

/** What a block without origin is read as: it stands for itself. */
export const NO_ORIGIN: BlockOrigin = {input: 'the input', startByte: 0, endsSplit: true, isCut: false}

/**
 * One decoder for each split that is being read: blocks of several inputs may come in turn (tailed files). A decoder that is done is used
 * again, with the code that it has generated.
 */
export class SplitDecoders<Decoder> {
  private readonly readings = new Map<string, SplitReading<Decoder>>()
  private readonly idle: Decoder[] = []

  constructor(
    private readonly make: () => Decoder,
    private readonly start: (reading: SplitReading<Decoder>) => void,
  ) {}

  /** The reading that a block belongs to; it is started by its first block. */
  of({input, startByte}: BlockOrigin): SplitReading<Decoder> {
    const known = this.readings.get(input)
    if (known !== undefined) return known
    const reading = {decoder: this.idle.pop() ?? this.make(), input, startByte}
    this.readings.set(input, reading)
    this.start(reading)
    return reading
  }

  /** The split has ended. */
  end({input, decoder}: SplitReading<Decoder>): void {
    this.readings.delete(input)
    this.idle.push(decoder)
  }
}

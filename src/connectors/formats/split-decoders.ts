import type {BlockOrigin} from '../../columns/index.js'
import {FtsError, type OperatorListState, type RestoredOperatorState} from '../../core/index.js'

/** What decodes the blocks of one split after the other. */
export interface SplitDecoder {
  /** A split begins; `isBeginning`: where its input does. */
  start(input: string, isBeginning: boolean): void
  /** What it carries from one block to the next, plain data. */
  state(): unknown
  /** Goes on in the middle of a split where another, whose `state` this is, stopped. */
  resume(input: string, state: unknown): void
}

/** A split that is being read, and what decodes it. */
export interface SplitReading<Decoder> {
  readonly decoder: Decoder
  readonly input: string
  /** Where in the input the split's first line begins. */
  readonly startByte: number
  /** Where in the input the next block begins. */
  nextByte: number
}

/** A reading as it was at a checkpoint. */
interface StoppedReading {
  readonly input: string
  readonly startByte: number
  readonly nextByte: number
  readonly decoder: unknown
}

/** What a block without origin is read as: it stands for itself. */
export const NO_ORIGIN: BlockOrigin = {input: 'the input', startByte: 0, endsSplit: true, isCut: false}

const LIST = 'open splits'
const VERSION = 1

/**
 * One decoder for each split that is being read: blocks of several inputs may come in turn (tailed files). A decoder that is done is used
 * again, with the code that it has generated.
 *
 * In a snapshot   what each decoder carries of a record that reaches over blocks. Whichever subtask gets the rest of the split gets all of
 *                 these (a union list) and finds its own by the input and the byte at which the split goes on.
 *
 *   element := JSON in UTF-8, {"v":1,"input":<name>,"startByte":n,"nextByte":n,"decoder":<its state>}
 */
export class SplitDecoders<Decoder extends SplitDecoder> {
  private readonly readings = new Map<string, SplitReading<Decoder>>()
  private readonly stopped = new Map<string, StoppedReading>()
  private readonly idle: Decoder[] = []

  constructor(private readonly make: () => Decoder) {}

  /** Errors: `fatal` FTS_STATE_VERSION. */
  restore(restored: RestoredOperatorState | undefined): void {
    const decoder = new TextDecoder()
    for (const element of restored?.lists.find(({name}) => name === LIST)?.elements ?? []) {
      const {v, ...reading} = JSON.parse(decoder.decode(element)) as StoppedReading & {readonly v: number}
      if (v !== VERSION) throw otherVersion(v)
      this.stopped.set(placeOf(reading.input, reading.nextByte), reading)
    }
  }

  snapshot(): OperatorListState {
    const encoder = new TextEncoder()
    const open = [...this.readings.values()].map(({decoder, ...reading}) => ({...reading, decoder: decoder.state()}))
    // Of splits that wait in a source, here or elsewhere.
    const all = [...open, ...this.stopped.values()]
    const elements = all.map((reading) => encoder.encode(JSON.stringify({v: VERSION, ...reading})))
    return {name: LIST, distribution: 'union', elements}
  }

  /** The reading that a block belongs to; it is started by its first block. */
  of(origin: BlockOrigin): SplitReading<Decoder> {
    return this.readings.get(origin.input) ?? this.begin(origin)
  }

  /** The split has ended. */
  end({input, decoder}: SplitReading<Decoder>): void {
    this.readings.delete(input)
    this.idle.push(decoder)
  }

  private begin({input, startByte}: BlockOrigin): SplitReading<Decoder> {
    const decoder = this.idle.pop() ?? this.make()
    const place = placeOf(input, startByte)
    const stopped = this.stopped.get(place)
    this.stopped.delete(place)
    if (stopped === undefined) decoder.start(input, startByte === 0)
    else decoder.resume(input, stopped.decoder)
    const reading = {decoder, input, startByte: stopped?.startByte ?? startByte, nextByte: startByte}
    this.readings.set(input, reading)
    return reading
  }
}

function placeOf(input: string, nextByte: number): string {
  return `${nextByte} ${input}`
}

function otherVersion(version: number): FtsError {
  return new FtsError(
    'fatal',
    'FTS_STATE_VERSION',
    `what a decoder carried was written in version ${version}, and only version ${VERSION} can be read`,
    {version},
    {tryThis: 'Restore it with the version of fts that wrote it, or a later one.'},
  )
}

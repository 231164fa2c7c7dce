import type {SeededRandom} from '../platform/index.js'

/** What becomes of messages about checkpoints: how many times one arrives. */
export class MessageFaults {
  constructor(
    private readonly random: SeededRandom,
    private readonly of: {readonly loses: number; readonly doubles: number},
  ) {}

  copies(): 0 | 1 | 2 {
    const {loses, doubles} = this.of
    const drawn = this.random.next()
    if (drawn < loses) return 0
    return drawn < loses + doubles ? 2 : 1
  }
}

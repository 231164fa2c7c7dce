import {KEY_GROUP_PILES} from './kernel-layout.js'

/** The key groups whose rows are in this pile: those with floor(group * piles / keyGroups) = pile. */
export function keyGroupsOfPile(pile: number, maxParallelism: number) {
  return {
    keyGroupStart: Math.ceil((pile * maxParallelism) / KEY_GROUP_PILES),
    keyGroupEndInclusive: Math.ceil(((pile + 1) * maxParallelism) / KEY_GROUP_PILES) - 1,
    maxParallelism,
  }
}

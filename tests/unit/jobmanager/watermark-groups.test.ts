// Goal: a reader of an aligned source may be `maxDrift` ahead of the slowest of its group, and nobody waits for those who have ended.
// Method: random reports, against the definition.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {MAX_TIMESTAMP_MS} from '../../../src/core/index.js'
import {WatermarkGroups} from '../../../src/jobmanager/watermark-groups.js'
import {propertyOptions} from '../../support/property-options.js'

const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      reader: fc.constantFrom('a', 'b', 'c'),
      group: fc.constantFrom('x', 'y'),
      watermarkMs: fc.oneof(fc.integer({min: -1000, max: 1000}), fc.constant(MAX_TIMESTAMP_MS)),
      maxDriftMs: fc.integer({min: 0, max: 100}),
    }),
  },
  fc.record({forget: fc.constantFrom('a', 'b', 'c')}),
)

describe('WatermarkGroups', () => {
  it('answers the least watermark of the group, and the drift', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const groups = new WatermarkGroups()
        const last = new Map<string, {group: string; watermarkMs: number}>()
        for (const one of events) {
          if ('forget' in one) {
            groups.forget(one.forget)
            last.delete(one.forget)
            continue
          }
          const {reader, group, watermarkMs, maxDriftMs} = one
          last.set(reader, {group, watermarkMs})
          const members = [...last.values()].filter((member) => member.group === group)
          const least = Math.min(...members.map((member) => member.watermarkMs))
          expect(groups.report(reader, {group, watermarkMs, maxDriftMs})).toBe(least + maxDriftMs)
        }
      }),
      propertyOptions(),
    )
  })
})

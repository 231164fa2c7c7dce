// Goal: the frame of a spill file is the one that the room's README works through byte by byte.
// Method: the example's bytes.
import {expect, it} from 'vitest'
import {RowBuilder} from '../../../src/columns/index.js'
import {RowFrameEncoder} from '../../../src/operators/spill/row-frame.js'

it('two rows are 48 bytes', () => {
  const builder = new RowBuilder(8, 64)
  builder.tryAppend(Buffer.from('b'), 0, 1, 2)
  builder.tryAppend(Buffer.from('abc'), 0, 3, 1)
  expect(Buffer.from(new RowFrameEncoder().encode(builder.rows())).toString('hex')).toBe(
    '30000000020000000400000000000000' + '0000000000000040000000000000f03f' + '000000000100000004000000' + '62616263',
  )
})

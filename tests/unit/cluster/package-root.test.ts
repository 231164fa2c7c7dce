// Goal: the package's folder is found from every form in which the code runs.
// Method: the three kinds of module address.
import {expect, it} from 'vitest'
import {packageRoot} from '../../../src/cluster/package-root.js'

it.each([
  'file:///opt/fts/dist/bundle/cli.bundle.cjs',
  'file:///opt/fts/dist/src/cluster/package-root.js',
  'file:///opt/fts/src/cluster/package-root.ts',
])('%s', (address) => {
  expect(packageRoot(address)).toBe('/opt/fts')
})

it('takes the last dist of the path', () => {
  expect(packageRoot('file:///dist/src/fts/dist/bundle/cli.bundle.cjs')).toBe('/dist/src/fts')
})

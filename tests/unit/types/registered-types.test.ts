// Goal: instances of registered classes are instances again behind an exchange, in lists of state and in keyed state, also with private fields;
// what the program's serializer does not read is refused.
// Method: real serializers and operators; a class is registered again under its name, as a changed program would.
import {beforeEach, describe, expect, it} from 'vitest'
import {FtsError} from '../../../src/core/index.js'
import {KeyedProcessOperator} from '../../../src/operators/index.js'
import {type ValueState, ValueStateDescriptor} from '../../../src/state/index.js'
import {
  createBatchDeserializer,
  createBatchSerializer,
  decodeValue,
  encodeValue,
  registerType,
} from '../../../src/types/index.js'
import {RecordHarness} from '../../support/record-harness.js'
import {StateFiles} from '../../support/state-files.js'

class Money {
  readonly #cents: number
  constructor(cents: number) {
    this.#cents = cents
  }
  plus(other: Money): Money {
    return new Money(this.#cents + other.#cents)
  }
  get cents(): number {
    return this.#cents
  }
}

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get length(): number {
    return Math.hypot(this.x, this.y)
  }
}

class Route {
  constructor(
    readonly stops: readonly Point[],
    readonly price: Money,
  ) {}
}

const MONEY = {serialize: (money: Money) => money.cents, deserialize: (cents: unknown) => new Money(cents as number)}

const failureOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof FtsError) return `${error.kind} ${error.code}: ${error.message}`
    throw error
  }
  return 'nothing was thrown'
}

beforeEach(() => {
  registerType(Money, MONEY)
  registerType(Point)
  registerType(Route)
})

describe('registered classes', () => {
  it('cross an exchange, alone, in records and in one another', () => {
    const values = [
      new Money(5),
      {at: new Date(1), price: new Money(7), from: new Point(3, 4)},
      new Route([new Point(0, 1), new Point(-0, 2)], new Money(9)),
    ]
    const serializer = createBatchSerializer()
    const reader = createBatchDeserializer()
    for (let round = 0; round < 2; round++) {
      serializer.append({kind: 'objects', rowCount: values.length, values}, undefined, values.length)
      const batch = reader.read(serializer.take())
      const [money, record, route] = (batch as unknown as {values: [Money, (typeof values)[1], Route]}).values
      expect(money).toBeInstanceOf(Money)
      expect(money.plus(new Money(1)).cents).toBe(6)
      expect(record).toMatchObject({at: new Date(1), price: expect.any(Money), from: new Point(3, 4)})
      expect((record as {from: Point}).from.length).toBe(5)
      expect(route).toBeInstanceOf(Route)
      expect(route.stops).toEqual([new Point(0, 1), new Point(-0, 2)])
      expect(route.stops[1]).toBeInstanceOf(Point)
      expect(route.price.cents).toBe(9)
    }
  })

  it('are values of state that belongs to no key', () => {
    const value = decodeValue(encodeValue(new Map([['a', new Money(3)]]))) as Map<string, Money>
    expect(value.get('a')?.cents).toBe(3)
  })

  it('are values of keyed state, and go on being so after a restore', () => {
    const files = new StateFiles()
    const results: number[] = []
    const make = () => {
      let total: ValueState<Money>
      return new KeyedProcessOperator<string, [string, number], number>(([key]) => key, {
        open: (context) => {
          total = context.getState(new ValueStateDescriptor<Money>('total', {defaultValue: new Money(0)})) as never
        },
        processElement: ([, cents]) => {
          total.update((total.value() as Money).plus(new Money(cents)))
          results.push((total.value() as Money).cents)
        },
      })
    }
    const harness = new RecordHarness(make(), {files}).open()
    harness.process([
      ['a', 1],
      ['b', 2],
    ])
    const writing = harness.beginSnapshot(1, false)
    harness.process([['a', 10]])
    const restored = writing.finish()
    const again = new RecordHarness(make(), {files, restored}).open()
    again.process([
      ['a', 100],
      ['b', 100],
    ])
    expect(results).toEqual([1, 2, 11, 101, 102])

    registerType(Money, {...MONEY, version: 2})
    expect(failureOf(() => new RecordHarness(make(), {files, restored}).open())).toBe(
      'user FTS_SERIALIZER_INCOMPATIBLE: values of the class "Money" were written by version 1 of its serializer, this program\'s reads 2',
    )
    const versions: number[] = []
    registerType(Money, {
      serialize: (money) => ({cents: money.cents}),
      deserialize: (data: unknown, version) => {
        versions.push(version)
        return new Money(data as number)
      },
      version: 2,
      readsVersions: [1],
    })
    new RecordHarness(make(), {files, restored}).open()
    expect(versions).toEqual([1, 1])
  })

  it('may be renamed', () => {
    registerType(Point, {name: 'geo.Point', serialize: ({x, y}) => [x, y], deserialize: (data) => data as never})
    const bytes = encodeValue(new Point(1, 2))
    class Place {
      constructor(readonly at: readonly number[]) {}
    }
    registerType(Place, {name: 'geo.Point', serialize: ({at}) => at, deserialize: (at) => new Place(at as number[])})
    expect(decodeValue(bytes)).toEqual(new Place([1, 2]))
  })

  it('are refused where nothing is registered', () => {
    class Secret {
      x = 1
    }
    expect(failureOf(() => encodeValue({deep: [new Secret()]}))).toBe(
      'user FTS_NOT_SERIALIZABLE: field "deep[0]" of a record is an instance of the class Secret, which cannot be sent to another task',
    )
    class Sub extends Point {}
    expect(failureOf(() => encodeValue(new Sub(1, 2)))).toMatch('an instance of the class Sub')
    registerType(Secret, {name: 'gone', serialize: () => new Map(), deserialize: () => new Secret()})
    const bytes = encodeValue(new Secret())
    const renamed = Buffer.from(bytes)
    renamed.write('Gone', renamed.indexOf('gone'))
    expect(failureOf(() => decodeValue(renamed))).toMatch('user FTS_UNKNOWN_TYPE: there is a value of the class "Gone"')
  })

  it('have their own path in an error about what they contain', () => {
    registerType(Money, {...MONEY, serialize: () => ({f: () => 1})})
    expect(failureOf(() => encodeValue({price: new Money(1)}))).toMatch('field "price.f" of a record is a function')
  })

  it('name the serializer that throws', () => {
    const bytes = encodeValue(new Money(1))
    const boom = () => {
      throw new TypeError('boom')
    }
    registerType(Money, {...MONEY, deserialize: boom})
    expect(failureOf(() => decodeValue(bytes))).toBe(
      'user FTS_SERIALIZER_FAILED: deserialize of the serializer of "Money" threw TypeError: boom',
    )
    registerType(Money, {...MONEY, serialize: boom})
    expect(failureOf(() => encodeValue(new Money(1)))).toMatch('serialize of the serializer of "Money" threw')
  })

  it('refuses serializers that are none', () => {
    expect(failureOf(() => registerType('Money' as never))).toMatch(
      'user FTS_BAD_SERIALIZER: a type is registered that is no class',
    )
    expect(failureOf(() => registerType(Money, {} as never))).toMatch('has no serialize(value)')
    expect(failureOf(() => registerType(class {}, MONEY as never))).toMatch('a class without a name')
    expect(failureOf(() => registerType(Money, {...MONEY, version: 0}))).toMatch('expected a whole number from 1')
  })
})

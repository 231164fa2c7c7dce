/**
 * Goal    Log lines become records with the right types; what is no such line is refused with the line, never guessed.
 * Method  Lines as Apache, nginx, syslog daemons and logfmt writers make them (examples of the formats' own pages), whole records compared; written and read
 *         again at random.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {pipeLanguage} from '../../../src/pipe/index.js'
import {propertyOptions} from '../../support/property-options.js'

const {parseCombinedLog, parseCommonLog, parseLogfmt, parseSyslog, words, duration, skipBad} = pipeLanguage

describe('access logs', () => {
  const COMMON = '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326'
  const record = {
    host: '127.0.0.1',
    identity: null,
    user: 'frank',
    time: new Date('2000-10-10T20:55:36Z'),
    request: 'GET /apache_pb.gif HTTP/1.0',
    method: 'GET',
    path: '/apache_pb.gif',
    protocol: 'HTTP/1.0',
    status: 200,
    bytes: 2326,
  }

  it('in the common format', () => {
    expect(parseCommonLog(COMMON)).toEqual(record)
  })

  it('in the combined format, with what some servers add behind it', () => {
    const line = `${COMMON} "http://www.example.com/start.html" "Mozilla/4.08 \\"x\\"" "extra"`
    expect(parseCombinedLog(line)).toEqual({
      ...record,
      referer: 'http://www.example.com/start.html',
      agent: 'Mozilla/4.08 "x"',
    })
  })

  it('with requests that are none, no bytes, addresses of version 6 and users with spaces', () => {
    expect(parseCombinedLog('::1 - a b [01/Jan/2026:00:00:00 +0530] "\\x16\\x03\\x01" 400 - "-" "-"')).toEqual({
      ...record,
      host: '::1',
      user: 'a b',
      time: new Date('2025-12-31T18:30:00Z'),
      request: '\\x16\\x03\\x01',
      method: null,
      path: null,
      protocol: null,
      status: 400,
      bytes: null,
      referer: null,
      agent: null,
    })
  })

  it.each(['', 'what', COMMON.replace('Oct', 'Foo'), COMMON.replace('200 ', 'x ')])('refuses %j', (line) => {
    expect(() => parseCommonLog(line)).toThrow('this is not a line of common log format')
  })

  it('refuses a common line as a combined one, and says what reads it', () => {
    expect(() => parseCombinedLog(COMMON)).toThrow(
      expect.objectContaining({tryThis: expect.stringContaining('parseCommonLog')}),
    )
  })
})

describe('syslog', () => {
  const common = {facility: 4, severity: 2, host: 'mymachine', app: 'su', pid: null}

  it('of RFC 3164, which has no year', () => {
    expect(parseSyslog("<34>Oct 11 22:14:15 mymachine su: 'su root' failed")).toEqual({
      ...common,
      timestamp: 'Oct 11 22:14:15',
      time: null,
      message: "'su root' failed",
    })
  })

  it('of RFC 5424, with structured data', () => {
    const line = '<165>1 2003-10-11T22:14:15.003Z host.example evntslog 77 ID47 [x@1 a="b\\]"][y] An event'
    expect(parseSyslog(line)).toEqual({
      facility: 20,
      severity: 5,
      timestamp: '2003-10-11T22:14:15.003Z',
      time: new Date('2003-10-11T22:14:15.003Z'),
      host: 'host.example',
      app: 'evntslog',
      pid: 77,
      message: 'An event',
    })
    expect(parseSyslog('<0>1 - - - - - -')).toEqual({
      facility: 0,
      severity: 0,
      timestamp: '-',
      time: null,
      host: null,
      app: null,
      pid: null,
      message: '',
    })
  })

  it('as it stands in files', () => {
    expect(parseSyslog('Nov  1 08:00:00 box sshd[123]: Accepted key')).toEqual({
      facility: null,
      severity: null,
      timestamp: 'Nov  1 08:00:00',
      time: null,
      host: 'box',
      app: 'sshd',
      pid: 123,
      message: 'Accepted key',
    })
    expect(parseSyslog('2026-11-21T08:00:00.1+01:00 box kernel: x: y')).toMatchObject({
      time: new Date('2026-11-21T07:00:00.100Z'),
      app: 'kernel',
      message: 'x: y',
    })
    expect(() => parseSyslog('hello')).toThrow('this is not a line of syslog')
  })
})

describe('logfmt', () => {
  it('has numbers, texts, flags and quotes', () => {
    expect(
      parseLogfmt('level=info msg="it \\"works\\"\\n" ms=3.5 id=007 debug path=/a?b=c empty= big=12345678901234567890'),
    ).toEqual({
      level: 'info',
      msg: 'it "works"\n',
      ms: 3.5,
      id: '007',
      debug: true,
      path: '/a?b=c',
      empty: '',
      big: '12345678901234567890',
    })
  })

  it('reads what was written', () => {
    const key = fc.stringMatching(/^[a-z]{1,5}$/)
    const value = fc.oneof(
      fc.integer(),
      fc.stringMatching(/^[ -~]*$/).map((text) => text),
    )
    fc.assert(
      fc.property(fc.dictionary(key, value), (record) => {
        const line = Object.entries(record)
          .map(([name, one]) => `${name}=${typeof one === 'number' ? one : JSON.stringify(one)}`)
          .join(' ')
        expect(parseLogfmt(line)).toEqual({...record})
      }),
      propertyOptions(),
    )
  })
})

describe('helpers', () => {
  it('words are what is between white space', () => {
    expect(words('  to\tbe  or ')).toEqual(['to', 'be', 'or'])
    expect(words('  ')).toEqual([])
  })

  it('durations are milliseconds', () => {
    expect(duration('1m')).toBe(60_000)
    expect(() => duration('1x')).toThrow('"1x" is not a duration')
  })

  it('skipBad leaves out what a parser refuses', () => {
    const parse = skipBad((line: string) => JSON.parse(line) as number)
    expect(['1', 'x', '2'].flatMap((line) => parse.flatMap(line))).toEqual([1, 2])
  })
})

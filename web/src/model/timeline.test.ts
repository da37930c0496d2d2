import { describe, expect, it } from 'vitest'
import { range, sampleMessage } from './samples.test-support'
import { appended, applied, emptyWindow, maxHeld, prepended, trimmed, type Window, windowOf } from './timeline'

const seqs = (w: Window) => w.messages.map((m) => m.seq)
const window = (from: number, to: number, last = to): Window => windowOf(range(from, to), { first: 1, last })
const contiguous = (w: Window) => seqs(w).every((s, i, all) => i === 0 || s === (all[i - 1] ?? 0) + 1)

describe('a window of the log', () => {
  it('knows whether it reaches the first and the newest message', () => {
    expect(window(1, 5)).toMatchObject({ atStart: true, atEnd: true })
    expect(window(3, 5, 9)).toMatchObject({ atStart: false, atEnd: false })
    expect(windowOf(range(4, 5), { first: 4, last: 5 })).toMatchObject({ atStart: true, atEnd: true })
    expect(windowOf([], { first: 1, last: 0 })).toMatchObject({ atStart: true, atEnd: true })
  })

  it('keeps only an unbroken piece of a page that is not contiguous', () => {
    expect(seqs(windowOf([...range(1, 3), ...range(6, 8)], { first: 1, last: 8 }))).toEqual([6, 7, 8])
  })

  it('appends what continues it, and nothing else', () => {
    const w = window(1, 3)
    expect(applied(w, sampleMessage(4)).result).toBe('appended')
    const gap = applied(w, sampleMessage(6))
    expect(gap.result).toBe('gap')
    expect(seqs(gap.window)).toEqual([1, 2, 3])
    expect(gap.window.atEnd).toBe(false)
    expect(applied(gap.window, sampleMessage(4)).result).toBe('outside')
  })

  it('never appends to a window that does not reach the end', () => {
    const w = window(1, 3, 50)
    expect(applied(w, sampleMessage(51)).window).toBe(w)
    expect(applied(w, sampleMessage(4)).window).toBe(w)
  })

  it('replaces a message by a newer one of itself, never by an older', () => {
    const w = window(1, 3)
    const edited = sampleMessage(2, { rev: 9, content: { type: 'text', text: 'edited' } })
    const after = applied(w, edited).window
    expect(after.messages[1]?.content.text).toBe('edited')
    expect(applied(after, sampleMessage(2)).window.messages[1]?.content.text).toBe('edited')
  })

  it('takes older and newer pages, gives up the far side when it grows too long', () => {
    let w = window(901, 960, 1000)
    for (let first = 901; first > 1; ) {
      w = prepended(w, range(Math.max(1, first - 60), first - 1), 1)
      first = seqs(w)[0] ?? 1
      expect(w.messages.length).toBeLessThanOrEqual(maxHeld)
      expect(contiguous(w)).toBe(true)
    }
    expect(w).toMatchObject({ atStart: true, atEnd: false })
    expect(seqs(w)[0]).toBe(1)
    while (!w.atEnd) {
      const last = seqs(w).at(-1) ?? 0
      w = appended(w, range(last + 1, Math.min(1000, last + 60)), 1000)
      expect(w.messages.length).toBeLessThanOrEqual(maxHeld)
      expect(contiguous(w)).toBe(true)
    }
    expect(seqs(w).at(-1)).toBe(1000)
    expect(w.atStart).toBe(false)
  })

  it('refuses pages that do not join', () => {
    const w = window(10, 12, 20)
    expect(prepended(w, range(5, 8), 1)).toBe(w)
    expect(appended(w, range(14, 16), 20)).toBe(w)
  })

  it('takes nothing from under the eyes of a reader: a full window lets go of the end instead', () => {
    const w = windowOf(range(1, maxHeld), { first: 1, last: maxHeld })
    const held = applied(w, sampleMessage(maxHeld + 1), true)
    expect(held.window.messages).toBe(w.messages)
    expect(held.window.atEnd).toBe(false)
    const followed = applied(w, sampleMessage(maxHeld + 1), false)
    expect(seqs(followed.window)[0]).toBe(2)
    expect(followed.window.atStart).toBe(false)
  })

  it('keeps the newest page of a conversation that is left at its end', () => {
    expect(seqs(trimmed(window(1, 200), 60))[0]).toBe(141)
    const middle = window(1, 200, 400)
    expect(trimmed(middle, 60)).toBe(middle)
  })

  it('begins with the first message of an empty conversation', () => {
    const w: Window = { ...emptyWindow, atStart: true, atEnd: true }
    expect(seqs(applied(w, sampleMessage(1)).window)).toEqual([1])
    expect(applied(emptyWindow, sampleMessage(1)).result).toBe('outside')
  })
})

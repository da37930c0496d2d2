import { describe, expect, it } from 'vitest'
import type { Api } from '../api/client'
import type { LaterCounts } from '../api/types'
import { Later } from './later'

function setup() {
  const asked: LaterCounts[] = []
  const due: number[] = []
  const api = { get: async () => asked.shift() } as unknown as Api
  return { asked, due, later: new Later(api, (n) => due.push(n)) }
}

describe('Later', () => {
  it('takes the newest counts, in whatever order they come', async () => {
    const { later, asked, due } = setup()
    const event = (rev: number, open: number) => later.event({ conversation_id: 'C', seq: 1, change: 'open', rev, open, due: 0 })
    event(2, 5)
    event(1, 4)
    expect(later.counts.value.open).toBe(5)
    asked.push({ rev: 1, open: 1, due: 1 })
    await later.connected()
    expect(later.counts.value.open).toBe(5)
    expect(due).toEqual([])
  })

  it('tells a reminder once, also one that came while it was away', async () => {
    const { later, asked, due } = setup()
    later.event({ conversation_id: 'C', seq: 1, change: 'due', rev: 3, open: 2, due: 1 })
    later.event({ conversation_id: 'C', seq: 1, change: 'due', rev: 3, open: 2, due: 1 })
    expect(due).toEqual([1])
    asked.push({ rev: 4, open: 2, due: 1 }, { rev: 5, open: 2, due: 2 })
    await later.connected()
    expect(due).toEqual([1])
    await later.connected()
    expect(due).toEqual([1, 2])
  })
})

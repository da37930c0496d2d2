import { describe, expect, it } from 'vitest'
import { type Ordered, reorder } from './reorder'

const list = (...orders: number[]): Ordered[] => orders.map((order, i) => ({ id: 'abcdefgh'[i] ?? '', order }))

/** What the server would list afterwards. */
function after(items: readonly Ordered[], from: number, to: number): string {
  const changes = new Map(reorder(items, from, to).map((c) => [c.id, c.order]))
  return items
    .map((i) => ({ id: i.id, order: changes.get(i.id) ?? i.order }))
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    .map((i) => i.id)
    .join('')
}

describe('reorder', () => {
  it('changes one number where there is room', () => {
    expect(reorder(list(10, 20, 30), 2, 1)).toEqual([{ id: 'c', order: 15 }])
    expect(reorder(list(10, 20, 30), 0, 2)).toEqual([{ id: 'a', order: 40 }])
    expect(reorder(list(10, 20, 30), 1, 0)).toEqual([{ id: 'b', order: 0 }])
  })
  it('numbers anew where there is none', () => {
    expect(reorder(list(0, 0, 0), 2, 1).map((c) => c.id)).toEqual(['a', 'c', 'b'])
    expect(reorder(list(1, 2, 3), 2, 1)).toEqual([
      { id: 'a', order: 10 },
      { id: 'c', order: 20 },
      { id: 'b', order: 30 },
    ])
  })
  it('brings about the order that was asked for, whatever the numbers', () => {
    for (const orders of [
      [0, 0, 0, 0],
      [1, 2, 3, 4],
      [5, 5, 6, 6],
      [-3, 0, 1, 100],
    ])
      for (let from = 0; from < 4; from++)
        for (let to = 0; to < 4; to++) {
          const ids = ['a', 'b', 'c', 'd']
          const [moved = ''] = ids.splice(from, 1)
          ids.splice(to, 0, moved)
          expect(after(list(...orders), from, to), `${orders} ${from}→${to}`).toBe(ids.join(''))
        }
  })
  it('does nothing outside of the list', () => {
    expect(reorder(list(1, 2), 0, -1)).toEqual([])
    expect(reorder(list(1, 2), 1, 2)).toEqual([])
    expect(reorder(list(1, 2), 1, 1)).toEqual([])
  })
})

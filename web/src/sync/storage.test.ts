import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { openStorage } from './storage'

describe('openStorage', () => {
  it('keeps records when the page is loaded again', async () => {
    const factory = new IDBFactory()
    const first = await openStorage(factory, 'db')
    await first.put('outbox', 'a', { text: '一' })
    await first.put('outbox', 'b', { text: '二' })
    await first.delete('outbox', 'a')
    first.close()
    const second = await openStorage(factory, 'db')
    expect(second.durable).toBe(true)
    expect(await second.all('outbox')).toEqual([{ text: '二' }])
    expect(await second.all('drafts')).toEqual([])
  })

  it('works in memory where there is no database, or it may not be opened', async () => {
    const locked = {
      open() {
        throw new DOMException('denied', 'SecurityError')
      },
    } as unknown as IDBFactory
    for (const factory of [undefined, locked]) {
      const storage = await openStorage(factory, 'db')
      expect(storage.durable).toBe(false)
      await storage.put('drafts', 'x', 1)
      expect(await storage.all('drafts')).toEqual([1])
    }
  })
})
